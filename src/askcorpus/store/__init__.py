"""A vector or words: which passages?  The only home of faiss, tantivy and SQL."""

from askcorpus.store.opening import open_store
from askcorpus.store.snapshot import Snapshot
from askcorpus.store.writer import Writer, open_writer

__all__ = ["Snapshot", "Writer", "open_store", "open_writer"]
