"""Fingerprints of a record's text: equal exactly where the canonical forms are equal."""

from hashlib import blake2b

from dedup.text.canonical import canonical, fold_canonical

_DIGEST_BYTES = 16  # 128 bits: no accidental collision among any number of records we can hold


def fingerprint(title: str, content: str = "") -> str:
    """32 hex digits over the canonical title and content; moving text between them changes it."""
    return _digest(canonical(title), canonical(content))


def folded_fingerprint(title: str, content: str = "") -> str:
    """The same over the forms without diacritics: also equal where the marks were left out."""
    return _digest(fold_canonical(canonical(title)), fold_canonical(canonical(content)))


def _digest(*parts: str) -> str:
    # A canonical text holds no control characters, so the separator cannot occur in it.
    return blake2b("\x1f".join(parts).encode(), digest_size=_DIGEST_BYTES).hexdigest()
