"""What is an article's whole journey into the store?  Find what changed, read, split into passages, encode, publish."""
