"""Which passages answer this, and where do they come from?  Knows articles and questions, nothing of HTTP."""
