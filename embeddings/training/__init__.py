"""How the shipped weights are made: ``python -m embeddings.training``.  Nothing here is needed to answer questions."""
