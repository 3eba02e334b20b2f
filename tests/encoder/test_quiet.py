from __future__ import annotations

import logging
import os
import threading

from askcorpus.encoder.reference import quiet

PATIENCE_S = 60


def test_two_threads_that_are_quiet_at_once_leave_logging_as_it_was() -> None:
    before = (logging.root.manager.disable, os.environ.get("TQDM_DISABLE"))
    inside, leave = threading.Barrier(2, timeout=PATIENCE_S), [threading.Event(), threading.Event()]

    def hold(mine: threading.Event) -> None:
        with quiet():
            inside.wait()
            mine.wait(PATIENCE_S)

    threads = [threading.Thread(target=hold, args=(event,)) for event in leave]
    for thread in threads:
        thread.start()
    leave[0].set()
    threads[0].join(PATIENCE_S)
    assert logging.root.manager.disable == logging.WARNING
    leave[1].set()
    threads[1].join(PATIENCE_S)
    assert (logging.root.manager.disable, os.environ.get("TQDM_DISABLE")) == before
