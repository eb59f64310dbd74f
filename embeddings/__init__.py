"""Here is text; what is its vector?  Knows nothing of articles, questions or HTTP."""
