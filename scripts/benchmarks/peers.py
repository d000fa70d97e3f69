"""Peers on the same records: seconds, peak memory and the planted pairs each of them finds.

``python -m scripts.benchmarks.peers semhash|minhash|tfidf RECORDS.jsonl TRUTH.csv``; each peer runs
with the settings its own documentation starts from, on title and content joined.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

from dedup.embedding import load_embedder
from scripts.benchmarks.measuring import peak_rss_mb, recall_by_kind, seconds

Found = set[tuple[str, str]]


def main() -> None:
    peer, records, truth = sys.argv[1:]
    with Path(records).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    codes = [row["id"] for row in rows]
    texts = [f"{row['title']}. {row.get('description') or ''}" for row in rows]
    found: Found = set()
    spent = seconds(lambda: found.update(PEERS[peer](codes, texts)))
    with Path(truth).open(encoding="utf-8") as source:
        planted = [
            (row["left"], row["right"], row["kind"], int(row["label"]))
            for row in csv.DictReader(source)
        ]
    result = {
        "seconds": spent,
        "peak_rss_mb": peak_rss_mb(),
        "pairs": len(found),
        "recall": recall_by_kind(planted, found),
    }
    print(json.dumps(result))


def semhash(codes: list[str], texts: list[str]) -> Found:
    """SemHash's self_deduplicate at its default threshold, over our shipped vectors (same input)."""
    from semhash import SemHash

    model = _Encoder(load_embedder("shipped"))
    records = [{"code": code, "text": text} for code, text in zip(codes, texts, strict=True)]
    hashed = SemHash.from_records(records=records, columns=["text"], model=model)
    result = hashed.self_deduplicate()
    return {
        (duplicate.record["code"], other["code"])
        for duplicate in result.filtered
        for other, _ in duplicate.duplicates
    }


def minhash(codes: list[str], texts: list[str]) -> Found:
    """MinHash-LSH over word 3-grams, 128 permutations, Jaccard 0.5."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    found: Found = set()
    for code, text in zip(codes, texts, strict=True):
        words = text.lower().split()
        grams = [" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))]
        sketch = MinHash(num_perm=128)
        sketch.update_batch(grams)
        found |= {(other, code) for other in lsh.query(sketch)}
        lsh.insert(code, sketch)
    return found


def tfidf(codes: list[str], texts: list[str]) -> Found:
    """TF-IDF on word 1-2-grams, cosine at least 0.5, the ten best of each record."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sparse_dot_topn import sp_matmul_topn

    rows = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2).fit_transform(texts)
    near = sp_matmul_topn(rows, rows.T.tocsr(), top_n=11, threshold=0.5, n_threads=2).tocoo()
    return {(codes[i], codes[j]) for i, j in zip(near.row, near.col, strict=True) if i < j}


class _Encoder:
    """Our embedder under the name SemHash calls."""

    def __init__(self, embedder: Any) -> None:
        self._embedder = embedder

    def encode(self, inputs: Any, **kwargs: Any) -> Any:
        return self._embedder.embed(inputs)


PEERS = {"semhash": semhash, "minhash": minhash, "tfidf": tfidf}

if __name__ == "__main__":
    main()
