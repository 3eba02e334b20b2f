"""A stand-in for recognising.py that hears what the sound says in UTF-8; "crash", "hang", "chatter" and "damaged" do that.

"after FILE" is heard when there is such a file.

    python -S standin_ears.py [broken]     broken: the model cannot be loaded
"""

from __future__ import annotations

import json
import os
import sys
import time


def tell(**told: object) -> None:
    """One line for the parent."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if "broken" in sys.argv:
    tell(error="RuntimeError: no such model")
    sys.exit()
tell(ready=True)
while line := sys.stdin.buffer.readline():
    asked = json.loads(line)
    match said := sys.stdin.buffer.read(asked["bytes"]).decode():
        case "crash":
            os.abort()
        case _ if said.startswith("after "):
            while not os.path.exists(said.removeprefix("after ")):  # noqa: PTH110  without site-packages, to start fast
                time.sleep(0.01)
            tell(text="Where is it?")
        case "hang":
            time.sleep(60)
        case "chatter":
            sys.stdout.write("loading …\n")
            sys.stdout.flush()
        case "damaged":
            tell(error="InvalidDataError: no sound")
        case "language":
            tell(text=f"{asked['language']} {sorted(name for name in os.environ if 'secret' in os.environ[name])}")
        case _:
            tell(text=said)
