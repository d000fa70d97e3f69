"""Scoring a pair: features of two texts, an additive calibrated model over them, and its reasons."""
