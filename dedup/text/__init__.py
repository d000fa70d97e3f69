"""The text room: repair, comparison form and parsing of Vietnamese cells. Pure, total, linear."""

from dedup.text.abbreviations import expand, readings
from dedup.text.canonical import Aligned, align, canonical, fold, fold_canonical
from dedup.text.charsets import Charset
from dedup.text.collation import person_sort_key, sort_key_vi
from dedup.text.dates import ParsedDate, parse_date, parse_timestamp
from dedup.text.display import format_date, format_number, format_vnd, format_vnd_words
from dedup.text.fingerprint import fingerprint, folded_fingerprint
from dedup.text.money import Money, header_unit, parse_money
from dedup.text.people import name_key, split_authors
from dedup.text.repair import Repaired, repair, repair_text
from dedup.text.searching import found, search_key, sought
from dedup.text.tokens import Span, sentence_spans, sentences, syllable_spans, syllables
from dedup.text.unfinished import unfinished_typing

__all__ = [
    "Aligned",
    "Charset",
    "Money",
    "ParsedDate",
    "Repaired",
    "Span",
    "align",
    "canonical",
    "expand",
    "fingerprint",
    "fold",
    "fold_canonical",
    "folded_fingerprint",
    "format_date",
    "format_number",
    "format_vnd",
    "format_vnd_words",
    "found",
    "header_unit",
    "name_key",
    "parse_date",
    "parse_money",
    "parse_timestamp",
    "person_sort_key",
    "readings",
    "repair",
    "repair_text",
    "search_key",
    "sentence_spans",
    "sentences",
    "sort_key_vi",
    "sought",
    "split_authors",
    "syllable_spans",
    "syllables",
    "unfinished_typing",
]
