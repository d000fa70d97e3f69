"""Unfinished typing is noticed, not rewritten."""

import pytest

from dedup.text.canonical import canonical
from dedup.text.unfinished import unfinished_typing


@pytest.mark.parametrize(
    "text", ["thieets bij", "Xaay duwngj phaanf meemf quanr lys", "DDieenj lwcj mays bieens aps"]
)
def test_raw_telex_is_noticed(text: str) -> None:
    assert unfinished_typing(text) == "telex"


@pytest.mark.parametrize("text", ["thie61t bi5", "ca3i tie61n he65 tho61ng"])
def test_raw_vni_keys_are_noticed(text: str) -> None:
    assert unfinished_typing(text) == "vni"


@pytest.mark.parametrize(
    "text",
    [
        "", "🙂", "Thiết bị đo", "books and rooms", "need more free seats", "D10 CO2 H2SO4 5S", "MBA 110kV",
        "may bien ap phan phoi", "Xây dựng phần mềm quản lý MBA bằng mã QR", "software version 2",
        "A1 B2 C3", "Tổ 1, tổ 2", "google meet and power point", "bus stop",
    ],
)  # fmt: skip
def test_finished_text_is_not_flagged(text: str) -> None:
    assert unfinished_typing(text) is None


def test_it_is_left_as_typed() -> None:
    assert canonical("thieets bij") == "thieets bij"
