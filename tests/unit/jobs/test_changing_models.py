"""Another model is prepared beside the one in force, and serves only once it covers what that one does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dedup.errors import IndexModelMismatch
from dedup.initiatives import Submission
from dedup.jobs import embedding
from dedup.ports import Vectors
from dedup.service import Deduplicator
from index import ExactIndex
from tests.fakes import MemoryShelf, WordEmbedder, Workplace

TITLES = (
    "Cải tiến hệ thống bơm nước làm mát lò hơi số 2",
    "Thiết kế giá treo quạt thông gió cho phân xưởng may",
    "Số hóa quy trình cấp giấy phép làm việc",
    "Lắp biến tần cho quạt hút khí",
    "Đào tạo an toàn điện bằng thực tế ảo",
)


class OtherEmbedder(WordEmbedder):
    """Another model's rows; dies after ``batches`` of them."""

    model_id = "other-64"

    def __init__(self, batches: int = 1_000) -> None:
        self._left = batches

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        return -super().embed(texts)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)


@pytest.fixture
def workplace() -> Workplace:
    return Workplace()


@pytest.fixture
def service(workplace: Workplace) -> Deduplicator:
    service = workplace.service()
    for title in TITLES:
        service.filer.file(Submission(title=title))
    return service


def found(service: Deduplicator, title: str) -> list[str]:
    return [match.initiative.title for match in service.screen(Submission(title=title)).matches]


@pytest.mark.usefixtures("service")
def test_a_model_without_its_vectors_is_refused_instead_of_finding_nothing(
    workplace: Workplace,
) -> None:
    other = workplace.service(embedder=OtherEmbedder())

    with pytest.raises(IndexModelMismatch, match="reindex") as refused:
        other.screen(Submission(title=TITLES[0]))
    with pytest.raises(IndexModelMismatch):
        other.warm()

    assert refused.value.data["lacking"] == len(TITLES)


def test_the_first_model_of_an_archive_needs_no_preparing(workplace: Workplace) -> None:
    assert workplace.service(embedder=OtherEmbedder()).warm() == 0


def test_a_killed_preparation_is_still_refused_and_goes_on_where_it_was(
    workplace: Workplace, service: Deduplicator
) -> None:
    with pytest.raises(KeyboardInterrupt):
        workplace.service(embedder=OtherEmbedder(batches=1)).reindex()
    assert workplace.service(embedder=OtherEmbedder()).lacking() == len(TITLES) - 2
    with pytest.raises(IndexModelMismatch):
        workplace.service(embedder=OtherEmbedder()).warm()

    rest = workplace.service(embedder=OtherEmbedder(batches=2))
    assert rest.reindex() == len(TITLES)

    assert found(workplace.service(embedder=OtherEmbedder()), TITLES[0]) == [TITLES[0]]
    assert found(service, TITLES[0]) == [TITLES[0]]


def test_preparing_is_no_news_to_those_who_serve_the_model_in_force(
    workplace: Workplace, service: Deduplicator
) -> None:
    before = service.status().change_no

    workplace.service(embedder=OtherEmbedder()).reindex()

    assert service.status().change_no == before


def test_what_was_filed_since_the_preparation_is_caught_up_with_at_the_start(
    workplace: Workplace, service: Deduplicator
) -> None:
    workplace.service(embedder=OtherEmbedder()).reindex()
    service.filer.file(Submission(title="Bộ gá khoan lỗ mặt bích"))

    after = workplace.service(embedder=OtherEmbedder())

    assert after.warm() == len(TITLES) + 1
    assert found(after, "Bộ gá khoan lỗ mặt bích") == ["Bộ gá khoan lỗ mặt bích"]


def test_a_snapshot_that_lacks_what_was_prepared_since_is_not_taken(
    workplace: Workplace, service: Deduplicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    workplace.service(embedder=OtherEmbedder()).reindex()
    change_no = service.status().change_no
    stale = MemoryShelf(WordEmbedder.dim)
    monkeypatch.setattr(stale, "load", lambda _: (ExactIndex(stale.dim), change_no))

    after = workplace.service(embedder=OtherEmbedder(), shelf=stale)

    assert after.warm() == len(TITLES)
