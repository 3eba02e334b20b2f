"""The process that hears: sound comes in on stdin, the words in it go out on stdout.  The only home of the speech packages.

Started by ears.py as `python -m askcorpus.telegram.recognising whisper|vosk MODEL SECONDS`.  It says "ready" once the model is
loaded; then, for each message of a line of JSON and so many bytes, it answers with one line of JSON: a text, or what is wrong.
What decodes and recognises sound of strangers has neither the bot's token nor its memory, and the bot outlives it.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.settings import usable_cores

RATE = 16_000  # samples a second: what both are trained on
SURE = 0.5  # of the language heard; below it, the one that the person's Telegram speaks is likelier
MOST_CHARACTERS = 2_000  # a minute of fast speech has half of it; what is longer is no question anyhow
NICE = 10  # behind the questions that are being answered
_BLOCK = 8_000  # samples that Vosk is given at a time
_MEMORY = 8 * 1024**3  # bytes of address space: the largest Whisper model takes 4

Samples = npt.NDArray[np.int16]
Recogniser = Callable[[Samples, str | None], str]


class NoSound(Exception):
    """There is nothing here that can be listened to: why, in English, for the log."""


def main() -> None:
    """Load the model, then hear what comes until the parent is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    _keep_small()
    kind, model, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    try:
        recognise = {"whisper": whisper, "vosk": vosk}[kind](model)
    except Exception as error:  # noqa: BLE001  a third party's, of any kind: told to the parent, which ends us
        _tell(answers, error=f"{type(error).__name__}: {error}")
        return
    _tell(answers, ready=True)
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        sound = sys.stdin.buffer.read(asked["bytes"])
        try:
            text = recognise(samples(sound, most_s=seconds), asked["language"])
            _tell(answers, text=" ".join(text.split())[:MOST_CHARACTERS])
        except Exception as error:  # noqa: BLE001  as above: damaged sound fails in many ways
            _tell(answers, error=f"{type(error).__name__}: {error}")


def samples(sound: bytes, *, most_s: float) -> Samples:
    """The sound as 16,000 samples a second, one channel; raises NoSound for what is none, or lasts too long.

    How long it says that it lasts is what its sender's program wrote: it is counted here.
    """
    import av

    resample = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts: list[Samples] = []
    length, most = 0, int(most_s * RATE)
    with av.open(io.BytesIO(sound), format=container(sound), metadata_errors="ignore") as opened:
        for frame in itertools.chain(opened.decode(audio=0), [None]):  # None has it give out the rest
            for part in resample.resample(frame):
                parts.append(part.to_ndarray().reshape(-1))
                length += len(parts[-1])
            if length > most:
                raise NoSound(f"it lasts longer than {most_s:g} seconds")
    if not parts:
        raise NoSound("it is empty")
    return np.concatenate(parts)


def container(sound: bytes) -> str:
    """FFmpeg's name of the format: one of the three that voice messages come in, core.telegram.org/bots/api#sendvoice.

    Named, because a file that FFmpeg may guess the format of can be a playlist, which has it read other files and addresses.
    """
    if sound.startswith(b"OggS"):
        return "ogg"
    if sound[4:8] == b"ftyp":
        return "mp4"
    if sound.startswith(b"ID3") or (len(sound) > 1 and sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0):
        return "mp3"
    raise NoSound("it is neither Ogg nor MP3 nor M4A")


def whisper(model: str) -> Recogniser:
    """A Whisper model as faster-whisper reads it; it tells the language by itself where it can."""
    from faster_whisper import WhisperModel

    loaded = WhisperModel(
        model, device="cpu", compute_type="int8", cpu_threads=max(1, usable_cores() // 2), local_files_only=True
    )

    def recognise(sound: Samples, language: str | None) -> str:
        def heard(spoken: str | None) -> tuple[Any, Any]:
            pair: tuple[Any, Any] = loaded.transcribe(
                sound.astype(np.float32) / 32_768,
                language=spoken,
                temperature=0.0,  # trying again with others takes several times as long, and invents
                condition_on_previous_text=False,
                without_timestamps=True,
                vad_filter=True,  # in silence it hears words that nobody said
            )
            return pair

        segments, about = heard(None)  # the words are looked for only when the segments are read
        if about.language_probability < SURE and language in loaded.supported_languages:
            segments, _ = heard(language)
        return " ".join(segment.text for segment in segments)

    return recognise


def vosk(model: str) -> Recogniser:
    """A Vosk model; it hears one language."""
    import vosk as package

    package.SetLogLevel(-1)
    loaded = package.Model(model)

    def recognise(sound: Samples, language: str | None) -> str:
        listener = package.KaldiRecognizer(loaded, RATE)
        said = []
        for at in range(0, len(sound), _BLOCK):
            if listener.AcceptWaveform(sound[at : at + _BLOCK].tobytes()):
                said.append(json.loads(listener.Result())["text"])
        return " ".join([*said, json.loads(listener.FinalResult())["text"]])

    return recognise


def _tell(answers: io.BufferedWriter, **told: object) -> None:
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()


def _keep_small() -> None:
    os.nice(NICE)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        return  # no such limit on this system


if __name__ == "__main__":
    main()
