"""Who talks to the bot, and the token it is given."""

from __future__ import annotations

import standin

ADMIN, USER, OTHER, STRANGER, GROUP = 11, 22, 33, 99, -1001
TOKEN = standin.TOKEN
