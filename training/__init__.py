"""How is the re-ranker made?  From public question sets to a trained model; the program never imports this."""
