"""The hand-written groups are whole, and no two are one."""

from __future__ import annotations

from scripts import groups

KINDS = ["base", "para", "mid", "neg1", "neg2", "neg3", "neg4", "neg5"]


def test_every_group_has_every_kind_told_in_full() -> None:
    for group in groups.read():
        assert [telling.kind for telling in group] == KINDS, group[0].title
        assert all(len(telling.content.split()) >= 30 for telling in group), group[0].title


def test_no_text_stands_twice() -> None:
    texts = [telling.content for group in groups.read() for telling in group]
    assert len(texts) == len(set(texts))
