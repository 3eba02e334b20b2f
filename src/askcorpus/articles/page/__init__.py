"""What are the lines of a page: headlines, furniture, the pieces that are articles of their own?"""
