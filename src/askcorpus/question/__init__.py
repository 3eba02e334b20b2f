"""What does a question ask?  Its kind of answer, its words, what it says of source and time, what it follows up."""
