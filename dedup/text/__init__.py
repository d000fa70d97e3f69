"""The text room: repair, comparison form and parsing of Vietnamese cells. Pure, total, linear."""

from dedup.text.abbreviations import expand, readings
from dedup.text.canonical import Aligned, align, canonical, fold, fold_canonical
from dedup.text.charsets import Charset
from dedup.text.fingerprint import fingerprint, folded_fingerprint
from dedup.text.repair import Repaired, repair, repair_text
from dedup.text.tokens import Span, sentence_spans, sentences, syllable_spans, syllables

__all__ = [
    "Aligned",
    "Charset",
    "Repaired",
    "Span",
    "align",
    "canonical",
    "expand",
    "fingerprint",
    "fold",
    "fold_canonical",
    "folded_fingerprint",
    "readings",
    "repair",
    "repair_text",
    "sentence_spans",
    "sentences",
    "syllable_spans",
    "syllables",
]
