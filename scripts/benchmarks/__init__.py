"""Benchmarks: the product's figures as ratios to bounds measured in the same run, peers beside it."""
