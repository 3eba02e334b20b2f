"""A vector or words: which passages?  The only home of faiss, tantivy and SQL.

To read a store: `opening.open_store`, which gives a `snapshot.Snapshot`.  To change it: `writer.open_writer`.
"""
