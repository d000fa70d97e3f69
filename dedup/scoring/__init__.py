"""Scoring a pair: features of two texts, an additive calibrated model over them, and its reasons."""

from dedup.scoring.evidence import record_evidence
from dedup.scoring.scorer import PairScorer, load_scorer

__all__ = ["PairScorer", "load_scorer", "record_evidence"]
