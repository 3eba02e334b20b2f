"""How fast can a CPU run the model?  The only home of OpenVINO; needs no torch."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.encoder.batching import Done, Floats, Ids
from askcorpus.encoder.compiled import BUSY, CompiledFile
from askcorpus.encoder.words import FloatTable, WordTable
from askcorpus.errors import EncoderError
from askcorpus.settings import usable_cores

MIN_COSINE = 0.999
"""Below this, to the vectors of sentence-transformers, a converted model is not trusted: bf16 gives .99997, int8 .9985,
which already puts other passages first for one question in eighty (docs/encoder.md)."""
_OF_FORM = "the converted model"


class Model:
    """A converted model's file, to be compiled; `words` is its word table where that is a file of its own, `ready` where
    what was compiled for questions is kept."""

    def __init__(self, path: Path, words: WordTable | None = None, ready: CompiledFile | None = None) -> None:
        self._path = path
        self._words = words
        self._ready = ready

    def compiled(self, precision: str, *, streams: int) -> Any:
        """The model ready to run on all cores this process may use, `streams` batches at a time."""
        return _compile(self._read(), _settings(precision, streams), _OF_FORM)

    def for_questions(self) -> Compiled:
        """The model ready for one short text at a time, at single precision."""
        settings = _settings("f32", 1)
        if self._ready is None:
            model, words = self._without_words()
            return Compiled(_compile(model, settings, _OF_FORM), words)
        compiled = self._ready.made(core(), settings, lambda: _compile(self._read(), settings, _OF_FORM))
        return Compiled(compiled, self._words)

    def for_passages(self, precision: str) -> Compiled:
        """The model ready for as many batches at a time as there are cores.

        Weights at 4 bits are unpacked first: left as they are, bfloat16 makes three quarters of the passages a second.
        """
        model, words = self._without_words()
        if self._words is not None:
            _unpack(model)
        return Compiled(_compile(model, _settings(precision, usable_cores()), _OF_FORM), words)

    def _without_words(self) -> tuple[Any, WordTable | None]:
        """The model as it begins with looked-up words, and the table of these.

        Compiling reads every weight, and half of a small model's, three quarters of a multilingual one's are word
        vectors, of which a text needs some dozens: left in the mapped file, they cost an `ask` neither time nor memory
        (44 of 237 MiB of the small model, 384 of the multilingual one).
        """
        model = self._read()
        if self._words is not None:
            return model, self._words
        table = take_out_words(model)
        return model, FloatTable(table) if table is not None else None

    def _read(self) -> Any:
        try:
            return core().read_model(self._path)
        except RuntimeError as error:
            raise EncoderError(f"{self._path} cannot be read: {str(error).splitlines()[0]}") from error


def for_reading(ready: CompiledFile | None, make: Callable[[], Any] | None) -> Any:
    """A graph compiled for one batch at a time, from where it is kept, else made now; None where it cannot be made either.

    At the precision that the CPU multiplies quickest.
    """
    settings = _settings(next(iter(fast_here()), "f32"), 1)
    compiling = None if make is None else lambda: _compile(make(), settings, "the cross-encoder")
    if ready is None:
        return None if compiling is None else compiling()
    return ready.made(core(), settings, compiling)


def _compile(model: Any, settings: Mapping[str, Any], name: str) -> Any:
    with BUSY:
        try:
            return core().compile_model(model, "CPU", settings)
        except RuntimeError as error:
            raise EncoderError(f"OpenVINO cannot run {name}: {str(error).splitlines()[0]}") from error


def core() -> Any:
    """OpenVINO's core: one a process, as it asks for."""
    with BUSY:
        return _core()


@cache
def _core() -> Any:
    return openvino().Core()


def _settings(precision: str, streams: int) -> Mapping[str, Any]:
    return {
        "NUM_STREAMS": streams,
        "INFERENCE_NUM_THREADS": usable_cores(),
        "INFERENCE_PRECISION_HINT": precision,
        # Bound to the first cores, threads wait there for whoever else is, beside idle ones: on a machine with six times the
        # work it can do, a question took 428 ms and at worst 5 s instead of 150 and .4.
        "ENABLE_CPU_PINNING": False,
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",  # else products with weights at 4 bits round the texts to int8
    }


def _unpack(model: Any) -> None:
    """Work out what depends on constants alone, as weights at 4 bits do.

    A weight at a time: OpenVINO keeps every other thread from the interpreter meanwhile, .22 s for the default model at once,
    8 ms for its largest weight, and in the bot people are answered while articles are indexed (benchmarks/held.py).
    """
    from openvino import Model
    from openvino.passes import ConstantFolding, Manager

    manager = Manager()
    manager.register_pass(ConstantFolding())
    for worked_out in _constant_results(model):
        manager.run_passes(
            Model([worked_out], [])
        )  # its nodes are the model's own: what takes the result there gets a constant


def _constant_results(model: Any) -> list[Any]:
    """What is made of constants alone and goes into something that is not."""
    constant, results = set(), []
    for node in model.get_ordered_ops():
        sources = [entry.get_source_output() for entry in node.inputs()]
        inside = [source.get_node().get_instance_id() in constant for source in sources]
        if node.get_type_name() == "Constant" or (sources and all(inside)):
            constant.add(node.get_instance_id())
        else:
            results += [
                source
                for source, known in zip(sources, inside, strict=True)
                if known and source.get_node().get_type_name() != "Constant"
            ]
    return results


def take_out_words(model: Any) -> Floats | None:
    """Make the looked-up word vectors an input of the model; returns the table they are looked up in.

    None where the graph has no such table, and is left as it is.
    """
    from openvino import PartialShape, opset13

    words = model.inputs[0].get_node()
    for node in model.get_ops():
        if node.get_type_name() != "Gather":
            continue
        table, places = node.input_value(0).get_node(), node.input_value(1).get_node()
        if places.get_type_name() == "Convert":
            places = places.input_value(0).get_node()
        if (
            table.get_type_name() == "Constant"
            and table.get_element_type().get_type_name() == "f32"
            and places == words
        ):
            looked_up = opset13.parameter(PartialShape([-1, -1, table.get_output_shape(0)[1]]), np.float32)
            node.output(0).replace(looked_up.output(0))
            model.add_parameters([looked_up])
            model.validate_nodes_and_infer_types()
            data: Floats = table.data
            return data
    return None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled model, and where its words are looked up; None when it looks them up itself."""

    model: Any
    words: WordTable | None

    def inputs(self, ids: Ids, mask: Ids) -> dict[int, Ids | Floats]:
        """What a request for these texts is given."""
        return {0: ids, 1: mask} if self.words is None else {0: ids, 1: mask, 2: self.words.rows(ids)}


class OpenVinoRunner:
    """A converted model on the CPU; see Runner."""

    batch_tokens = 1024  # docs/encoder.md: larger batches leave the cores' own caches

    def __init__(self, model: Model, *, precision: str = "auto", check: Check | None = None) -> None:
        self._model = model
        self._precision = precision
        self._check = check
        self._lock = threading.Lock()
        self._submitting = threading.Lock()
        self._question: Compiled | None = None
        self._request: Any = None
        self._passages: Compiled | None = None
        self._queue: Any = None
        self._failed: list[BaseException] = []

    def infer(self, ids: Ids, mask: Ids) -> tuple[Floats, Floats]:
        """See Runner; several threads may call it."""
        with self._lock:
            if self._question is None:
                self._question = self._model.for_questions()
                self._request = self._question.model.create_infer_request()
            self._request.infer(self._question.inputs(ids, mask), share_inputs=True)
            return _output(self._request, 0).copy(), _output(self._request, 1).copy()

    def submit(self, ids: Ids, mask: Ids, done: Done) -> None:
        """See Runner; waits while every core has a batch.  Several threads may call it."""
        # A queue's idle request is looked up, filled and then taken: two threads at once would fill the same one.
        with self._submitting:
            if self._passages is None:
                self._passages = self._for_passages()
                self._queue = openvino().AsyncInferQueue(self._passages.model, usable_cores())
                self._queue.set_callback(self._finished)
            self._raise_failure()
            self._queue.start_async(self._passages.inputs(ids, mask), done)

    def drain(self) -> None:
        """See Runner."""
        if self._queue is not None:
            self._queue.wait_all()
        self._raise_failure()

    def close(self) -> None:
        """See Runner."""
        if self._queue is not None:
            self._queue.wait_all()
        with BUSY:
            self._queue = self._request = None  # before what they run
            self._passages = self._question = None

    def _for_passages(self) -> Compiled:
        """The model compiled for throughput, at the precision that was asked for if its vectors hold at it.

        By itself it takes what the CPU multiplies fast, which is two to three times as fast: half floats, whose ranking is that
        of single precision, else bfloat16. On other CPUs it takes single precision, whose vectors are those of
        sentence-transformers to six digits.
        """
        wanted = fast_here() if self._precision == "auto" else (self._precision,)
        for precision in dict.fromkeys((*wanted, "f32")):
            compiled = self._model.for_passages(precision)
            if self._check is None or self._check.worst(compiled) >= MIN_COSINE:
                return compiled
        raise EncoderError(
            "The converted model no longer makes the vectors it was checked with. Delete its folder in the cache "
            "(ASKCORPUS_CACHE, or askcorpus/encoders in your cache folder); it is then converted again."
        )

    def _finished(self, request: Any, done: Done) -> None:
        try:
            done(_output(request, 0), _output(request, 1))
        except BaseException as error:  # noqa: BLE001  raised again on the caller's thread
            self._failed.append(error)

    def _raise_failure(self) -> None:
        if self._failed:
            raise self._failed.pop()


class Check:
    """A few real passages and the vectors that sentence-transformers makes of them; travels with a form."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @staticmethod
    def write(path: Path, passages: Sequence[Ids], vectors: Sequence[Floats]) -> None:
        """Keep each passage's ids, shape (t,), and its vector, shape (dim,)."""
        lengths = np.array([len(ids) for ids in passages])
        np.savez(path, ids=np.concatenate(passages), lengths=lengths, vectors=np.stack(vectors))

    def worst(self, compiled: Compiled) -> float:
        """The smallest cosine between a compiled model's vectors and the kept ones."""
        with np.load(self._path) as kept:
            passages = np.split(kept["ids"], np.cumsum(kept["lengths"])[:-1])
            vectors = kept["vectors"]
        request = compiled.model.create_infer_request()
        cosines = []
        for ids, vector in zip(passages, vectors, strict=True):
            request.infer(compiled.inputs(ids[None], np.ones_like(ids)[None]))
            cosines.append(_output(request, 0)[0] @ vector)
        return float(np.min(cosines))  # not a number, if one of them is not


def _output(request: Any, number: int) -> Floats:
    data: Floats = request.get_output_tensor(number).data
    return data


def fast_precisions(flags: Set[str], vendor: str) -> tuple[str, ...]:
    """What a CPU with these flags multiplies faster than single precision, the most exact first: what its AMX takes, and bfloat16
    also on an AMD that multiplies it without AMX.

    There passages are encoded 1.7 times as fast by it, and read together with a question in half the time; Intel's without AMX take
    longer by it than by f32 (docs/measurements/encoder.md).
    """
    by_amx = tuple(precision for precision, flag in (("f16", "amx_fp16"), ("bf16", "amx_bf16")) if flag in flags)
    if not by_amx and vendor == "AuthenticAMD" and "avx512_bf16" in flags:
        return ("bf16",)
    return by_amx


def fast_here() -> tuple[str, ...]:
    """What this machine's CPU multiplies faster than single precision, the most exact first."""
    return fast_precisions(_cpu_flags(), _cpu_says("vendor_id"))


def _cpu_flags() -> frozenset[str]:
    return frozenset(_cpu_says("flags").split())


def _cpu_says(name: str) -> str:
    """What Linux says of this CPU; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return ""
    return next((rest.strip() for line in lines for key, _, rest in [line.partition(":")] if key.strip() == name), "")


def openvino(*, converter: bool = False) -> Any:
    """The openvino package, always without its telemetry, which would speak to the network when it is imported.

    Its converter is left out too unless asked for: it is half of the time the import takes.
    """
    with _absent("openvino_telemetry", *(() if converter else ("openvino.tools.ovc",))):
        import openvino as ov

        if converter:
            from openvino.tools.ovc import convert_model

            ov.convert_model = convert_model
    return ov


@contextmanager
def _absent(*names: str) -> Iterator[None]:
    """While this lasts, importing one of these modules for the first time fails, which openvino allows for."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        yield
    finally:
        for name in hidden:
            if sys.modules.get(name, name) is None:
                del sys.modules[name]
