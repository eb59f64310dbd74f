"""What is learnt from questions: each module refits one set of weights and writes it beside the code that reads it."""
