"""The parts of the embedder's training: sources, vocabulary, variants, objectives, export."""
