"""A bot in a process of its own, to be killed: python run_bot.py URL STORE DELAY_S."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from newsroom import Newsroom
from standin import TOKEN

from askcorpus.settings import Settings
from askcorpus.telegram.running import serve
from askcorpus.telegram.state import FILE, State

url, store, delay, *proxy = sys.argv[1:]
settings = Settings(
    store=store,
    telegram_base_url=url,
    telegram_admins=(11,),
    telegram_allowed=(22, 33),
    telegram_watch=False,
    telegram_proxy=proxy[0] if proxy else None,
)
with State(Path(store) / FILE) as state:
    newsroom: Any = Newsroom(delay=float(delay))
    asyncio.run(serve(TOKEN, newsroom, state, settings, tell=lambda line: print(line, flush=True)))  # noqa: T201
