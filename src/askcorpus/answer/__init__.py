"""Hits become an Answer with verbatim quotes, or an honest "not found"."""
