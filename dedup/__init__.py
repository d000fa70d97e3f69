"""Screening of duplicate initiatives: records, text, retrieval, scores, verdicts."""
