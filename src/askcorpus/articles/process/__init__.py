"""Reading outside this process: a file that hangs or crashes its reader costs that file only."""
