"""Two proxies on this machine: one of HTTP, one of SOCKS 5 (RFC 1928, 1929)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeAlias
from urllib.parse import urlsplit

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter


@contextlib.asynccontextmanager
async def proxy(kind: str, through: list[str], *, password: str = "") -> AsyncIterator[int]:
    """A proxy of this kind, its port; notes where each connection went."""

    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await (_socks if kind == "socks5" else _http)(reader, writer, through, password)
        finally:  # also where the test ends first
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _socks(reader: Reader, writer: Writer, through: list[str], password: str) -> None:
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(bytes([5, 2 if password else 0]))
    if password:
        _, length = await reader.readexactly(2)
        await reader.readexactly(length)
        given = await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(bytes([1, given != password.encode()]))
        if given != password.encode():
            await writer.drain()
            return
    kind = (await reader.readexactly(4))[3]
    if kind == 1:
        host = ".".join(str(part) for part in await reader.readexactly(4))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    port = int.from_bytes(await reader.readexactly(2), "big")
    through.append(f"{host}:{port}")
    writer.write(bytes([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
    await _relay(reader, writer, host, port, b"")


async def _http(reader: Reader, writer: Writer, through: list[str], password: str) -> None:
    line = await reader.readline()
    method, address, version = line.decode().split()
    parts = urlsplit(address)
    through.append(parts.netloc)
    first = f"{method} {parts.path}?{parts.query} {version}\r\nConnection: close\r\n".encode()
    while (line := await reader.readline()).strip():
        if not line.lower().startswith((b"connection:", b"proxy-")):
            first += line
    await _relay(reader, writer, parts.hostname or "", parts.port or 80, first + b"\r\n")


async def _relay(reader: Reader, writer: Writer, host: str, port: int, first: bytes) -> None:
    out_reader, out_writer = await asyncio.open_connection(host, port)
    out_writer.write(first)

    async def copy(source: Reader, target: Writer) -> None:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
        target.close()

    try:
        await asyncio.gather(copy(reader, out_writer), copy(out_reader, writer), return_exceptions=True)
    finally:
        out_writer.close()
