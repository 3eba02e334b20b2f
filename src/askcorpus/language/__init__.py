"""What is any text made of?  Words, sentences, dates, characters: the only home of what is true of one language."""
