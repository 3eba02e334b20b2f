"""Front door 2: a Telegram bot over a Corpus.  `running.start(settings)` runs it; read that first.

running       the bot's parts, its handlers, start and stop
secrecy       where the token comes from, and how it stays out of the logs
application   python-telegram-bot's part     listening   polling or a webhook, until a signal
inbox         each update once               access      who may ask
addressing    is this for us?                quota       may it be asked now?
questions     a question's journey           buttons     what the buttons do      keyboards   which there are
commands      /start and the like            admin       /stats and the like      menu        what Telegram offers
watching      saved questions                alerts      what is new to them
writing       "Write it up"
languages     /language                      adding      articles by chat
voice         spoken questions               ears        what is said in them            recognising  the process that hears
inline        @bot QUESTION in any chat      refusals    which questions were not asked
sending       one message, once              state       what is remembered       texts       the bot's words
service       the unit for systemd
watcher       new articles                   metrics     counters                 health      where they are read
desk          what every handler needs
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot 22 warns at every 429 unless told that we expect this
