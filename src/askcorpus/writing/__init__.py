"""An Answer told in a language model's own sentences, each held against the quotes it cites; off unless a model is named.

write    the journey: read that first
draft    what the model is asked, and which sentences it sent
model    how it is reached
check    whether a sentence says what its quotes say
reader   whom they name where it names somebody
facts    which numbers, days and words a text states
"""
