"""An Answer told in a language model's own sentences, each held against the quotes it cites; off unless a model is named.

write    the journey: read that first
draft    what the model is asked, and which sentences it sent
model    how it is reached
check    whether a sentence says what its quotes say
signs    what all that tells for and against comes to
sides    which words say the same, and which the opposite
places   whether its words stand beside one another there
reader   whom they name where it names somebody
facts    which numbers, days and words a text states
"""
