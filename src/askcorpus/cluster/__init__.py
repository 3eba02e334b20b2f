"""How do several machines read, encode and search?  The only home of Ray, which starts processes on them and carries what they say.

To index: `indexing.Work`, which reads files and encodes passages for `indexing.run.refresh`.  To ask: `asking.shards_on`, which opens a store's
shards there for `store.opening.open_store`.  Every machine must have this program and see the store and the articles under the same paths.
"""
