"""What are the sentences and words here?  Pure functions over strings; normalised forms are for matching only."""
