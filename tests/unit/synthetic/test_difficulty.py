"""The archive is no toy: counting words separates its pairs better than chance, and not well."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import average_precision_score

from dedup.synthetic import make_archive


@pytest.mark.parametrize("vocabulary", ["main", "held_out"])
def test_tf_idf_beats_chance_and_stays_far_from_perfect(vocabulary: str) -> None:
    archive = make_archive(1_200, seed=31, vocabulary=vocabulary)
    place = {record["id"]: number for number, record in enumerate(archive.records)}
    fields = ("title", "situation", "description", "novelty")
    texts = [" ".join(record[key] for key in fields) for record in archive.records]
    rows = TfidfVectorizer(ngram_range=(1, 2)).fit_transform(texts)
    left = rows[[place[pair.left] for pair in archive.truth]]
    right = rows[[place[pair.right] for pair in archive.truth]]
    similarity = np.asarray(left.multiply(right).sum(axis=1)).ravel()
    labels = np.array([pair.label for pair in archive.truth])
    precision = average_precision_score(labels, similarity)
    assert labels.mean() + 0.2 < precision < 0.95
