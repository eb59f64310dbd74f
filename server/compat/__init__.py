"""The same questions in the shapes that other tools already speak: OpenAI's chat completions, Dify's external knowledge."""
