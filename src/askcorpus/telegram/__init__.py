"""Front door 2: a Telegram bot over a Corpus.  `running.start(settings)` runs it; read that first.

secrecy       where the token comes from, and how it stays out of the logs
application   how the bot is put together, started and stopped
inbox         each update once          access      who may ask
addressing    is this for us?
questions     a question's journey      buttons     what the buttons do
commands      /start and the like       admin       /stats and the like      menu   what Telegram offers
sending       one message, once         state       what is remembered       texts  the bot's words
watcher       new articles              metrics     counters                 health where they are read
desk          what every handler needs         quota    may it be asked now?
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot 22 warns at every 429 unless told that we expect this
