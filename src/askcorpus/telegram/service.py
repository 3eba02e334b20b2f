"""How does systemd run the bot?  The unit for this folder and this installation, as text."""

from __future__ import annotations

import getpass
import re
import sys
from pathlib import Path

from askcorpus.settings import Settings

CREDENTIAL = "/etc/askcorpus/token"
"""Where the unit takes the token from: root's own file, which systemd hands to the bot alone."""
STOP_S = 60  # questions that are being answered are finished; none takes longer than Settings.telegram_time_limit_s

_TO_QUOTE = re.compile(r"""[\s"'\\]""")

_UNIT = """\
# askcorpus bot --print-systemd | sudo tee /etc/systemd/system/askcorpus-bot.service
# sudo install -D -m 600 token {credential} && sudo systemctl enable --now askcorpus-bot
[Unit]
Description=askcorpus in Telegram
After=network-online.target
Wants=network-online.target

[Service]
User={user}
WorkingDirectory={folder}
LoadCredential=token:{credential}
Environment=ASKCORPUS_TELEGRAM_TOKEN_FILE=%d/token
ExecStart={python} -m askcorpus bot
Restart=on-failure
RestartSec=5
TimeoutStopSec={stop_s}
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths={written}
CacheDirectory=askcorpus
Environment=XDG_CACHE_HOME=%C/askcorpus

[Install]
WantedBy=multi-user.target
"""


def unit(settings: Settings) -> str:
    """The text of a unit that runs the bot as this user, from the folder that this process was started in."""
    folder, store = Path.cwd(), Path(settings.store).resolve()
    written = [folder, *([] if store.is_relative_to(folder) else [store])]
    return _UNIT.format(
        credential=CREDENTIAL,
        user=getpass.getuser(),
        folder=_plain(folder),
        written=" ".join(map(_word, written)),
        python=_word(Path(sys.executable)),
        stop_s=STOP_S,
    )


def _plain(path: Path) -> str:
    """A path that is a value by itself: there % alone is more than itself (systemd.unit(5))."""
    return str(path).replace("%", "%%")


def _word(path: Path) -> str:
    """A path among others, in quotes where it needs them (systemd.syntax(7)); `\\x20` is no space in ReadWritePaths=."""
    text = _plain(path)
    if not _TO_QUOTE.search(text):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
