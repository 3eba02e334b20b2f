"""Does the process that hears use its packages right?  Theirs where they are installed; else stand-ins of what it calls of them."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from askcorpus.telegram import recognising
from askcorpus.telegram.ears import Ears, Unheard

AV = """
import numpy
class AudioResampler:
    def __init__(self, *, format, layout, rate): assert (format, layout, rate) == ("s16", "mono", 16000)
    def resample(self, frame): return [] if frame is None else [frame]
class Frame:
    def to_ndarray(self): return numpy.ones((1, 16000), numpy.int16)
class Opened:
    def __init__(self, sound): self.seconds = sound[4]
    def __enter__(self): return self
    def __exit__(self, *error): pass
    def decode(self, audio): return (Frame() for _ in range(self.seconds))
def open(file, *, format, metadata_errors):
    assert format == "ogg"
    return Opened(file.read())
"""
WHISPER = """
from types import SimpleNamespace
class WhisperModel:
    supported_languages = ["en", "ru"]
    def __init__(self, model, **options): assert options["local_files_only"]; print("loading", model)
    def transcribe(self, sound, *, language, **options):
        about = SimpleNamespace(language_probability=.3)
        return iter([SimpleNamespace(text=f" {len(sound)}"), SimpleNamespace(text=f" {language}\\n ")]), about
"""


@pytest.mark.parametrize(
    ("sound", "format"),
    [(b"OggS\0\2", "ogg"), (b"\0\0\0\x20ftypM4A ", "mp4"), (b"ID3\4", "mp3"), (b"\xff\xfb\x90\x64", "mp3")],
)
def test_a_format_is_named_by_how_its_files_begin(sound, format):
    assert recognising.container(sound) == format


@pytest.mark.parametrize(
    "sound", [b"", b"#EXTM3U\nhttp://10.0.0.1/", b"ffconcat version 1.0\n", b"RIFF\0\0\0\0WAVE", b"\xff"]
)
def test_what_is_no_voice_message_is_not_given_to_a_parser(sound):
    with pytest.raises(recognising.NoSound):
        recognising.container(sound)


async def test_the_process_hears_counts_seconds_itself_and_survives_what_it_cannot_read(tmp_path, monkeypatch):
    for name, text in (("av", AV), ("faster_whisper", WHISPER)):
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    source = str(Path(recognising.__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{source}")
    hears = Ears((sys.executable, "-m", "askcorpus.telegram.recognising", "whisper", "m", "3"), limit_s=120)
    try:
        assert await hears.hear(b"OggS\2", "ru") == "32000 ru"  # unsure, so the person's own language is taken
        assert await hears.hear(b"OggS\2", "xx") == "32000 None"
        for sound, why in ((b"OggS\7", "longer than 3 seconds"), (b"#EXTM3U", "neither Ogg"), (b"OggS\0", "empty")):
            with pytest.raises(Unheard, match=why):
                await hears.hear(sound, "en")
        assert await hears.hear(b"OggS\3", "en") == "48000 en"
    finally:
        await hears.stop()


def test_vosk_is_given_the_sound_piece_by_piece_and_all_its_sentences_are_taken(monkeypatch):
    class Listener:
        def __init__(self, model: object, rate: int) -> None:
            self.heard: list[int] = []
            assert (model, rate) == ("m", 16_000)

        def AcceptWaveform(self, piece: bytes) -> bool:  # noqa: N802  Vosk's own name
            self.heard.append(len(piece))
            return len(self.heard) == 1

        def Result(self) -> str:  # noqa: N802
            return json.dumps({"text": "when does"})

        def FinalResult(self) -> str:  # noqa: N802
            return json.dumps({"text": f"it open {self.heard}"})

    package = SimpleNamespace(SetLogLevel=lambda level: None, Model=str, KaldiRecognizer=Listener)
    monkeypatch.setitem(sys.modules, "vosk", package)
    assert recognising.vosk("m")(np.zeros(10_000, np.int16), None) == "when does it open [16000, 4000]"


def test_the_real_packages_take_what_they_are_given():
    """Skipped where they are not installed: pip install 'askcorpus[voice,vosk]'."""
    faster_whisper, vosk, av = (pytest.importorskip(name) for name in ("faster_whisper", "vosk", "av"))
    loading = inspect.signature(faster_whisper.WhisperModel.__init__).parameters
    assert {"device", "compute_type", "cpu_threads", "local_files_only"} <= set(loading)
    given = {"language", "temperature", "condition_on_previous_text", "without_timestamps", "vad_filter"}
    assert given <= set(inspect.signature(faster_whisper.WhisperModel.transcribe).parameters)
    assert hasattr(faster_whisper.WhisperModel, "supported_languages")
    assert "language_probability" in inspect.signature(faster_whisper.transcribe.TranscriptionInfo).parameters
    assert all(hasattr(vosk.KaldiRecognizer, name) for name in ("AcceptWaveform", "Result", "FinalResult"))
    assert av.AudioResampler(format="s16", layout="mono", rate=16_000).rate == 16_000
