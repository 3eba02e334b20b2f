"""How long does one thread of a program keep all its others from the interpreter?

    python benchmarks/held.py LOG PROGRAM [ARGUMENTS]

Runs a Python program with one thread more, which wants the interpreter every 5 ms and writes down how late it came by it, in
seconds, where that was more than 10 ms, with the time since the program began. What the system's other work took from it,
Linux says (schedstat), and it is taken off. Where somebody held the interpreter for 50 ms, the log also says where each thread
was when it was let go: one of them had it.
"""

from __future__ import annotations

import runpy
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TextIO

TICK_S = 0.005
NOTED_S = 0.010
LONGEST_S = 0.050  # the most that a bot's event loop may wait; docs/security.md


def starved_s(of: str) -> float:
    """How long a thread was ready to run and had no processor; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{of}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def watch(log: TextIO) -> None:
    """Write down every wait, as long as the program runs."""
    began = time.monotonic()
    while True:
        starved = starved_s("thread-self"), starved_s("self")
        before = time.monotonic()
        time.sleep(TICK_S)
        late = time.monotonic() - before - TICK_S
        if late > NOTED_S:
            late -= max(starved_s("thread-self") - starved[0], starved_s("self") - starved[1])
            if late > NOTED_S:
                log.write(f"held {late:.3f} at {time.monotonic() - began:.1f}\n")
                if late > LONGEST_S:
                    log.writelines(f"    {where}\n" for where in threads())
                log.flush()


def threads() -> list[str]:
    """Where every other thread is, innermost call first."""
    own = threading.get_ident()
    stacks = [traceback.extract_stack(frame)[::-1][:6] for id, frame in sys._current_frames().items() if id != own]
    return [" < ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in stack) for stack in stacks]


def times_in(log: Path, *, after_s: float = 0.0) -> list[float]:
    """The waits in a log that came later than this after the program began, longest first."""
    lines = [line.split() for line in log.read_text("utf-8", "replace").splitlines() if line.startswith("held ")]
    return sorted((float(held) for _, held, _, at in lines if float(at) > after_s), reverse=True)


def main() -> None:
    """Run the program as if it had been started by itself."""
    _, log, program, *arguments = sys.argv
    sys.argv = [program, *arguments]
    sys.path[0] = str(Path(program).resolve().parent)
    file = Path(log).open("w", encoding="utf-8")  # noqa: SIM115  open as long as the program runs
    threading.Thread(target=watch, args=(file,), daemon=True).start()
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
