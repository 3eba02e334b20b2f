"""Is a cross-encoder ready?  It is made so on a thread of its own, while something else is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from askcorpus.encoder.cross_encoder import CrossEncoder


class Loading:
    """What is being made ready."""

    def __init__(self, load: Callable[[], CrossEncoder | None]) -> None:
        self._loaded: Future[CrossEncoder | None] = Future()
        # Not a daemon: a process that ends while OpenVINO compiles must wait for it, or crashes.
        self._loading = threading.Thread(target=self._load, args=(load,), name="cross-encoder")
        self._loading.start()

    def loaded(self) -> CrossEncoder | None:
        """It, as soon as it is ready; None where there is none.  Raises EncoderError."""
        return self._loaded.result()

    def close(self) -> None:
        """Wait until nothing is being made ready."""
        self._loading.join()

    def _load(self, load: Callable[[], CrossEncoder | None]) -> None:
        try:
            self._loaded.set_result(load())
        except BaseException as error:  # noqa: BLE001  raised again on the thread that asks
            self._loaded.set_exception(error)
