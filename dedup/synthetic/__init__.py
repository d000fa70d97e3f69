"""A synthetic archive of Vietnamese workers' initiatives with known truth, made from a seed."""

from dedup.synthetic.archive import Archive, TruthPair, iter_archive, make_archive

__all__ = ["Archive", "TruthPair", "iter_archive", "make_archive"]
