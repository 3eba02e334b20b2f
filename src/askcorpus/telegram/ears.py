"""Which words does a voice message hold?  Asks recognising.py, a process of its own that may hang, crash or eat the memory."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from askcorpus.articles.process.guard import surroundings
from askcorpus.errors import SettingsError
from askcorpus.settings import Settings

LOADING_S = 120.0  # the largest model from a slow disk
_EXTRA = {"whisper": ("faster_whisper", "voice"), "vosk": ("vosk", "vosk")}
"""The package that each kind of model needs, and the extra that brings it."""

_log = logging.getLogger(__name__)


class Unheard(Exception):
    """Nothing could be made of it: why, in English, for the log."""


class Ears:
    """Hears one message after the other; its process begins with the first and is begun again after it had to be stopped."""

    def __init__(self, command: Sequence[str], *, limit_s: float) -> None:
        self._command, self._limit_s = command, limit_s
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def hear(self, sound: bytes, language: str | None) -> str:
        """The words, none where there are none; `language` is the likelier one where it is unclear. Raises Unheard, TimeoutError."""
        async with self._one_at_a_time:
            try:
                process = await self._running()
                answer = await asyncio.wait_for(self._ask(process, sound, language), self._limit_s)
            except BaseException as error:  # also where the asker was cancelled: its answer must not become another's
                await self.stop()
                if isinstance(error, OSError | ValueError | EOFError) and not isinstance(error, TimeoutError):
                    raise Unheard(f"the recogniser died of it: {type(error).__name__}") from error
                raise
            if "text" not in answer:
                raise Unheard(str(answer.get("error")))
            return str(answer["text"])

    async def begin(self, tell: Callable[[str], None]) -> None:
        """Load the model before the first message comes, and say where that cannot be."""
        async with self._one_at_a_time:
            try:
                await self._running()
            except (Unheard, OSError, ValueError, EOFError) as error:
                tell(f"Voice messages cannot be heard: {type(error).__name__}: {error}")
                await self.stop()

    async def stop(self) -> None:
        """End the process, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={**surroundings(), "HF_HUB_OFFLINE": "1"}
            )
            said = await asyncio.wait_for(_answer(self._process), LOADING_S)
            if not said.get("ready"):
                _log.error("the speech model cannot be loaded: %s", said.get("error"))
                await self.stop()
                raise Unheard(f"no model: {said.get('error')}")
        return self._process

    async def _ask(self, process: Process, sound: bytes, language: str | None) -> dict[str, Any]:
        assert process.stdin is not None
        process.stdin.write(json.dumps({"bytes": len(sound), "language": language}).encode() + b"\n" + sound)
        await process.stdin.drain()
        return await _answer(process)


def ears(settings: Settings) -> Ears | None:
    """What hears with the model of the settings; None where none is named. Raises SettingsError where it cannot."""
    if settings.telegram_voice_model is None:
        return None
    folder = Path(settings.telegram_voice_model).expanduser()
    kind = _kind(folder)
    package, extra = _EXTRA[kind]
    for needed in (package, "av"):
        if importlib.util.find_spec(needed) is None:
            raise SettingsError(
                f"The speech model in {folder} needs one more package: pip install 'askcorpus[{extra}]'"
            )
    seconds = str(settings.telegram_voice_seconds)
    command = (sys.executable, "-m", "askcorpus.telegram.recognising", kind, str(folder), seconds)
    return Ears(command, limit_s=settings.telegram_time_limit_s)


def _kind(folder: Path) -> str:
    """Whose model a folder holds, by the files that each cannot do without."""
    if (folder / "model.bin").is_file():
        return "whisper"
    if (folder / "am" / "final.mdl").is_file() or (folder / "final.mdl").is_file():
        return "vosk"
    raise SettingsError(
        f"{folder} holds no speech model: a folder with model.bin (faster-whisper) or am/final.mdl (Vosk) does"
    )


async def _answer(process: Process) -> dict[str, Any]:
    """The next line that it says; raises EOFError where it is gone, ValueError for what is no line of its own."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    answer = json.loads(line)
    if not isinstance(answer, dict):
        raise ValueError
    return answer
