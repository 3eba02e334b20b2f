"""Text, give me vectors.  The only home of sentence-transformers and OpenVINO."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from askcorpus.encoder import converted, unigram
from askcorpus.encoder.batching import Runner
from askcorpus.encoder.compiled import CompiledFile
from askcorpus.encoder.converted import Form
from askcorpus.encoder.encoder import Encoder
from askcorpus.encoder.models import ModelFiles, find, is_a_folder, languages, not_chosen
from askcorpus.encoder.packaged import named
from askcorpus.encoder.tokenizing import FileTokenizer, Tokenizer
from askcorpus.encoder.words import BlockTable
from askcorpus.errors import EncoderError, ModelNotFound, UsageError
from askcorpus.types import Manifest

if TYPE_CHECKING:
    from askcorpus.encoder.cpu import Model
    from askcorpus.encoder.cross_encoder import CrossEncoder

__all__ = ["PRECISIONS", "Encoder", "claim_reader_beside", "cross_encoder_beside", "heal", "is_here", "load"]

PRECISIONS = ("auto", "f32", "f16", "bf16")


def load(
    model: str,
    *,
    device: str = "auto",
    precision: str = "auto",
    store: Path | None = None,
    fetch: bool = True,
    named_by: Manifest | None = None,
    say: Callable[[str], None] | None = None,
) -> Encoder:
    """The encoder for a model: a name or a path.

    The model's converted form comes from the store, else from this machine's cache, else it is made now, once, which
    takes torch and some seconds; `say` is told in one line. Without a converted form, or on another device than the
    CPU, sentence-transformers runs the model. Questions are always encoded at single precision, passages at
    `precision`: f32, f16, bf16, or auto, which is f16 or bf16 where the CPU multiplies it fast.

    Without `fetch` nothing is downloaded. `named_by` is what a store says of its model, where the user named none: a
    store may come from elsewhere, so no folder is loaded for its sake that this machine has not converted before, and
    nothing downloaded but the models that this program is made for.
    Raises ModelNotFound, EncoderError.
    """
    if precision not in PRECISIONS:
        raise UsageError(f"there is no precision {precision!r}. Precisions: {', '.join(PRECISIONS)}")
    tell = say or _nothing
    kept = converted.read(store / converted.KEPT) if store is not None else None
    cache = converted.cache_folder(tell)
    own = converted.made_here(cache, named_by.fingerprint) if named_by is not None else None
    stranger = named_by is not None and own is None and named(model) is None
    try:
        if stranger and is_a_folder(model):
            raise not_chosen(model)
        source = _found(model, fetch=fetch and kept is None, stranger=stranger)
    except ModelNotFound:
        if kept is not None and kept.manifest.model == model:
            return _start(kept, None, cache, device, precision)  # the store was moved here, its model came with it
        if own is not None:
            return _start(own, None, cache, device, precision)  # another name for what this machine has converted
        raise
    fingerprint = converted.known(cache, source)
    if kept is not None and kept.manifest.fingerprint == fingerprint:
        return _start(kept, source, cache, device, precision)
    if kept is not None and kept.manifest.model == model and named(model) and source.packaged is None:
        return _start(kept, None, cache, device, precision)  # made of the package, where only the hub's files are here
    return _start(_from_cache(source, fingerprint, cache, tell), source, cache, device, precision)


def cross_encoder_beside(encoder: Encoder, *, say: Callable[[str], None] | None = None) -> CrossEncoder | None:
    """The program's own cross-encoder, which reads with an encoder's words and pieces; None beside a model it is not made of.

    Raises EncoderError.
    """
    from askcorpus.encoder import cross_encoder

    tell = say or _nothing
    return cross_encoder.load(encoder.form, encoder.tokenizer, converted.cache_folder(tell), say=tell)


def claim_reader_beside(encoder: Encoder, *, say: Callable[[str], None] | None = None) -> CrossEncoder | None:
    """The same with the layers that say whether a passage bears out a sentence (`doubts`).  Raises EncoderError."""
    from askcorpus.encoder import cross_encoder

    cache = converted.cache_folder(say or _nothing)
    trained = cross_encoder.CLAIM_READER
    return cross_encoder.load(encoder.form, encoder.tokenizer, cache, say=say or _nothing, trained=trained)


def heal(store: Path, manifest: Manifest, *, say: Callable[[str], None] | None = None) -> None:
    """Make the model that a store keeps whole again, and with it every store that shares its files.

    From this machine's own form of the model that the store's catalog names, which is made anew where it is damaged, too.
    Raises ModelNotFound.
    """
    tell, kept = say or _nothing, store / converted.KEPT
    own = converted.place(converted.cache_folder(tell), manifest.fingerprint)
    if converted.damaged(own):
        converted.discard(own)
    form = load(manifest.model, named_by=manifest, say=say).form
    if form.folder == own and not converted.heal(kept, form.folder):
        converted.discard(kept)
        converted.keep(form, store)


def is_here(manifest: Manifest, store: Path) -> bool:
    """Whether this machine can encode questions for a store of this model without fetching or trusting anything new."""
    cache = converted.cache_folder(_nothing)
    kept = converted.read(store / converted.KEPT)
    if kept is not None and kept.manifest.fingerprint == manifest.fingerprint:
        return True
    if converted.made_here(cache, manifest.fingerprint) is not None:
        return True
    try:
        return not is_a_folder(manifest.model) and find(manifest.model, fetch=False) is not None
    except ModelNotFound:
        return False


def _found(model: str, *, fetch: bool, stranger: bool) -> ModelFiles:
    """The model's files; one that only a store names is not downloaded for its sake.  Raises ModelNotFound."""
    try:
        return find(model, fetch=fetch and not stranger)
    except ModelNotFound as error:
        if fetch and stranger:
            raise not_chosen(model) from error
        raise


def _from_cache(source: ModelFiles, fingerprint: str, cache: Path, say: Callable[[str], None]) -> Form:
    made = converted.read(converted.place(cache, fingerprint))
    if made is not None:
        return made
    from askcorpus.encoder.convert import convert

    say(f"First use of {source.name} on this machine: converting it for OpenVINO, about 15 s, once.")
    return convert(source, fingerprint, cache, say=say)


def _start(form: Form, source: ModelFiles | None, cache: Path, device: str, precision: str) -> Encoder:
    from askcorpus.encoder.tokens import Projection

    name = form.manifest.model if source is None else source.name  # it may have been converted under another one
    form = replace(form, manifest=replace(form.manifest, model=name, languages=_languages(form, source)))
    runner: Runner
    if device in ("auto", "cpu") and not form.reference_only:
        from askcorpus.encoder.cpu import Check, OpenVinoRunner

        check = Check(form.folder / converted.CHECK)
        runner = OpenVinoRunner(_model(form, cache), precision=precision, check=check)
    elif source is None:
        raise EncoderError(f"{form.manifest.model} is not on this machine, and only it can run on {device}.")
    else:
        from askcorpus.encoder.reference import TorchRunner, kept_standard_folder, load_reference

        folder = kept_standard_folder(source, cache)
        reference = load_reference(source, folder, "cpu" if device in ("auto", "torch") else device)
        runner = TorchRunner(reference, Projection.load(form.folder / converted.PROJECTION))
    return Encoder(form, _tokenizer(form), runner)


def _languages(form: Form, source: ModelFiles | None) -> tuple[str, ...]:
    """What the model's card says today; a card that ships with this program is there even where the model is not."""
    if source is not None:
        return languages(source)
    shipped = named(form.manifest.model)
    if shipped is None or not shipped.card:
        return form.manifest.languages
    return languages(ModelFiles(form.manifest.model, form.folder, shipped))


def _tokenizer(form: Form) -> Tokenizer:
    """The model's tokenizer, as the form keeps it."""
    if unigram.TREE in form.files:
        return unigram.Unigram(form.folder, form.manifest.max_tokens)
    return FileTokenizer(form.folder / converted.TOKENIZER)


def _model(form: Form, cache: Path) -> Model:
    """The converted model; where its word table is a file of its own, its weights are at 4 bits."""
    from askcorpus.encoder.cpu import Model

    if converted.WORDS not in form.files:
        return Model(form.folder / converted.MODEL)
    words = BlockTable(form.folder / converted.WORDS, form.manifest.dim)
    files = [form.files[name] for name in (converted.MODEL, converted.WEIGHTS)]
    return Model(form.folder / converted.MODEL, words, CompiledFile(cache / "compiled", repr(files)))


def _nothing(line: str) -> None:
    """Say nothing."""
