"""A vector or words: which passages?  The only home of faiss, tantivy and SQL."""

from askcorpus.store.archive import export_store, import_store
from askcorpus.store.opening import model_of, open_store, set_aside
from askcorpus.store.snapshot import Snapshot
from askcorpus.store.verifying import Verdict, verify
from askcorpus.store.writer import Writer, open_writer

__all__ = [
    "Snapshot",
    "Verdict",
    "Writer",
    "export_store",
    "import_store",
    "model_of",
    "open_store",
    "open_writer",
    "set_aside",
    "verify",
]
