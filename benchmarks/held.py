"""How long does one thread of a program keep all its others from the interpreter?

    python benchmarks/held.py LOG PROGRAM [ARGUMENTS]

Runs a Python program with one thread more, which wants the interpreter every 5 ms and writes down how late it came by it, in
seconds, where that was more than 10 ms, with the time since the program began.  Late it comes for three reasons: it, or who
holds the interpreter, waited for a processor; others took the interpreter before it, in turn; somebody held on.  The last
alone is called held: no longer than this thread was late less the time it had no processor itself, and no longer than the
processor time that any one other thread had meanwhile.  So other programs of the machine do not count, nor do turns.
What else counts though it lets go is a thread that works outside of the interpreter meanwhile: the figure is an upper bound.
Not seen is who waits for the disk and holds on; `late` has it.  Where somebody held the interpreter for 50 ms, the log also
says where each thread was when it was let go, and how much processor time it had.
"""

from __future__ import annotations

import runpy
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

TICK_S = 0.005
NOTED_S = 0.010
LONGEST_S = 0.050  # the most that a bot's event loop may wait; docs/security.md
THREAD_CLOCK = 6  # the bits by which Linux knows a thread's own clock of processor time from other clocks


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait for the interpreter, in seconds."""

    held: float
    late: float
    at: float


def watch(log: TextIO) -> None:
    """Write down every wait, as long as the program runs."""
    began = time.monotonic()
    while True:
        starved, worked, before = starved_s(), worked_s(), time.monotonic()
        time.sleep(TICK_S)
        late = time.monotonic() - before - TICK_S
        if late > NOTED_S:
            now = worked_s()
            had = {id: now[id] - worked.get(id, 0.0) for id in now}
            held = min(late - (starved_s() - starved), max(had.values(), default=late))
            log.write(f"held {max(held, 0.0):.3f} late {late:.3f} at {time.monotonic() - began:.1f}\n")
            if held > LONGEST_S:
                log.writelines(f"    {where}\n" for where in threads(had))
            log.flush()


def starved_s() -> float:
    """How long this thread was ready to run and had no processor; 0 where the system does not say."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def worked_s() -> dict[int, float]:
    """The processor time that each other thread has had; none where the system does not say."""
    own, worked = threading.get_ident(), {}
    for thread in threading.enumerate() if sys.platform == "linux" else ():
        if thread.ident is not None and thread.ident != own and thread.native_id is not None:
            try:
                worked[thread.ident] = time.clock_gettime(~thread.native_id << 3 | THREAD_CLOCK)
            except OSError:  # it has ended
                continue
    return worked


def threads(had: dict[int, float]) -> list[str]:
    """Where every other thread is, innermost call first; who had most processor time comes first."""
    frames, told = sys._current_frames(), []
    for id, spent in sorted(had.items(), key=lambda pair: -pair[1]):
        if id in frames:
            stack = traceback.extract_stack(frames[id])[::-1][:8]
            told.append(f"{spent:.3f} " + " < ".join(f"{Path(c.filename).name}:{c.lineno} {c.name}" for c in stack))
    return told


def waits_in(log: Path, *, after_s: float = 0.0, before_s: float = float("inf")) -> list[Wait]:
    """The waits in a log, longest held first, that ended so long after the program began."""
    lines = [line.split() for line in log.read_text("utf-8", "replace").splitlines() if line.startswith("held ")]
    waits = [Wait(float(held), float(late), float(at)) for _, held, _, late, _, at in lines]
    return sorted((wait for wait in waits if after_s < wait.at < before_s), key=lambda wait: -wait.held)


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
