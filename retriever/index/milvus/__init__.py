"""The scale-out store: a generation kept in Milvus, so that any number of servers answer from it."""
