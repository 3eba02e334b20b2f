"""A question becomes Hits: both indexes asked, the lists fused, the best scored again, reprints folded."""
