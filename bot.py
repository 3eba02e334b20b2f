"""The Telegram bot's front door.  Start it with:  ASKCORPUS_TELEGRAM_TOKEN=… python bot.py

What happens, in this order; in brackets the module of src/askcorpus/telegram/ that does it:

1. Settings come from askcorpus.toml, ASKCORPUS_* variables and the flags below (`python bot.py --help`).
2. The token comes from the environment or a 0600 file, and from then on appears in no log  [secrecy]
3. The store is opened, and the encoder of its model loaded; with no store, it says what to type  [running]
4. What the bot remembers is opened beside it: who may ask, answers behind buttons, updates seen  [state]
5. Telegram is reached; its updates come by polling, or by --webhook  [application, listening]
6. An update is written down, and dropped if it was seen before  [inbox]
7. It passes the gate, or nothing happens: deny by default, by numeric id  [access]
8. Is it a question for us, does it go on from the last one, may it be asked now?  [addressing, questions, quota]
9. The corpus is asked in a thread; the answer is sent once, and kept for its buttons  [questions, sending, buttons]
10. A watcher indexes what changes in the folder of articles; administrators hear of trouble  [watcher]
11. SIGTERM: no new updates, what is running is finished; a kill -9 is owned up to at the next start  [running, questions]
"""

import sys

from askcorpus.cli import main

if __name__ == "__main__":
    main(["bot", *sys.argv[1:]])
