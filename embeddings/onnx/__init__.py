"""The same models without torch: tokenizers, onnxruntime and numpy run what sentence-transformers wrote down."""
