"""Common runs of words and their places in the texts as written."""

from __future__ import annotations

from dedup.scoring.passages import Run, runs, spans, swaps, words_of


def test_moved_sentences_are_found_where_they_went() -> None:
    left = list("abcdefgh")
    right = list("efghxabcd")
    assert runs(left, right) == [Run(0, 5, 4), Run(4, 0, 4)]


def test_short_runs_are_left_out() -> None:
    assert runs(list("abcx"), list("abcy")) == []
    assert runs(list("abcx"), list("abcy"), least=3) == [Run(0, 0, 3)]


def test_the_longest_of_several_places_is_taken() -> None:
    assert runs(list("abcd"), list("abcxabcd")) == [Run(0, 4, 4)]


def test_what_stands_between_two_runs_is_a_swap() -> None:
    left, right = (
        words_of("sửa máy bơm nước A lò hơi số"),
        words_of("sửa máy bơm nước B C lò hơi số"),
    )
    found = runs(left.words, right.words, least=3)
    assert swaps(left, right, found) == [(Run(4, 4, 1), Run(4, 4, 2))]


def test_spans_are_of_the_original_whatever_canonical_form_did() -> None:
    one, other = "Kiểm tra MBA phân phối tại trạm", "1. kiểm  tra MÁY BIẾN ÁP phân phối, tại trạm"
    left, right = words_of(one), words_of(other)
    (span,) = spans("title", left, right, runs(left.words, right.words))
    assert one[slice(*span.left)] == one
    assert other[slice(*span.right)] == other[3:]


def test_words_know_their_places() -> None:
    text = "  Bơm   NƯỚC, lò"
    found = words_of(text)
    assert found.words == ("bơm", "nước", "lò")
    assert [text[a:b] for a, b in found.ranges] == ["Bơm", "NƯỚC", "lò"]
    assert words_of("").words == ()
