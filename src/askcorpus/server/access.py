"""Who may ask over HTTP, and under which name is this server called?  Read once, at the start."""

from __future__ import annotations

import hmac
import ipaddress
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from askcorpus.errors import SettingsError, typed
from askcorpus.settings import Settings

SHORTEST_TOKEN = 16  # characters: 96 bits of base64; fewer can be guessed
MOST_OF_A_FILE = 500  # characters: nobody's token is longer, whatever else the file is


@dataclass(frozen=True, slots=True)
class Access:
    """What the settings say of it."""

    host: str
    port: int
    token: str | None
    names: frozenset[str]
    """Names, lower case, by which the server is called; IP addresses may always be."""

    def opens(self, given: str) -> bool:
        """Whether this is the token; how long that takes tells nothing of it."""
        return self.token is not None and hmac.compare_digest(given.encode(), self.token.encode())

    def is_called(self, host: str) -> bool:
        """Whether a request's Host header names this server.

        A page elsewhere whose name was pointed at this machine (DNS rebinding) sends its own name, never an address.
        """
        name = host_of(host)
        return name is not None and (name in self.names or _address(name) is not None)


def access_of(settings: Settings) -> Access:
    """Raises SettingsError where the server would be open to others without a token."""
    host, port = _host_and_port(settings.server_listen)
    token = _token(settings)
    if token is None and not _is_this_machine(host):
        made = "server.token"
        start = typed("serve", "--store", settings.store, "--listen", settings.server_listen, "--token-file", made)
        raise SettingsError(
            f"server_listen {settings.server_listen} can be reached from other machines, and there is no token. "
            f'Make one: (umask 077; python3 -c "import secrets; print(secrets.token_urlsafe(32))" > {made}) && {start}'
        )
    names = {"localhost", host.lower(), *(name.lower() for name in settings.server_hosts)}
    return Access(host, port, token, frozenset(names))


def host_of(header: str) -> str | None:
    """The name or address in a Host header, lower case, without port and brackets; None where it is none."""
    name, colon, port = header.strip().lower().rpartition(":")
    if colon and (name.endswith("]") or ":" not in name):
        if not port.isdecimal():
            return None
    else:
        name = header.strip().lower()
    return name.removeprefix("[").removesuffix("]").rstrip(".") or None


def _host_and_port(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise SettingsError(
            f"server_listen {listen!r} is no address and port. Write it as 127.0.0.1:8017 or [::1]:8017."
        )
    return host.removeprefix("[").removesuffix("]"), int(port)


def _is_this_machine(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _token(settings: Settings) -> str | None:
    token = settings.server_token
    if settings.server_token_file is not None:
        token = _from_file(Path(settings.server_token_file))
    if token is None:
        return None
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(
            f"the server's token must be {SHORTEST_TOKEN} letters and digits or more, without spaces. "
            'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return token


def _from_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise SettingsError(f"{path} can be read by others: chmod 600 {path}")
            return file.read(MOST_OF_A_FILE).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the server's token file {path} cannot be read: {error}") from error
