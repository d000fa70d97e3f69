"""Which index is opened for how many rows, and what the BLAS looks like."""

from collections.abc import Iterator

import numpy as np
import pytest

from index import FlatIndex, IvfIndex, blas, choose, open_index, outgrown


def test_up_to_the_limit_the_index_is_exact_and_beyond_it_has_lists() -> None:
    assert isinstance(open_index(8, 200_000), FlatIndex)
    assert isinstance(open_index(8, 200_001), IvfIndex)
    assert open_index(8, 10).dim == 8
    assert open_index(8, 1_000_000).dim == 8


def test_a_flat_index_past_its_limit_says_that_it_is_outgrown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choose, "FLAT_ROWS", 10)
    index = FlatIndex(4)
    index.add(np.arange(11), np.eye(11, 4, dtype=np.float32))
    assert not outgrown(index)
    index.add(np.array([11]), np.zeros((1, 4), np.float32))
    assert outgrown(index)


def test_an_index_of_lists_is_not_outgrown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "FLAT_ROWS", 1)
    index = IvfIndex(4)
    index.add(np.arange(4), np.eye(4, dtype=np.float32))
    assert not outgrown(index)


def test_settings_that_are_in_force_are_named_and_a_forced_kernel_is_warned_of() -> None:
    seen = blas.describe({"OPENBLAS_CORETYPE": "Nehalem", "OMP_NUM_THREADS": "1", "HOME": "/"})
    assert seen.settings == {"OPENBLAS_CORETYPE": "Nehalem", "OMP_NUM_THREADS": "1"}
    assert any("OPENBLAS_CORETYPE=Nehalem" in warning for warning in seen.warnings)


def test_the_loaded_libraries_are_described() -> None:
    seen = blas.describe({})
    assert "blas" in {library.kind for library in seen.libraries}
    assert all(library.threads >= 1 for library in seen.libraries)
    assert seen.settings == {}
    assert seen.faiss[0].isdigit()


@pytest.mark.parametrize(
    ("library", "words"),
    [
        (blas.Library("blas", "openblas", "0.3", "Nehalem", 4), ["Nehalem kernel"]),
        (blas.Library("blas", "openblas", "0.3", "Haswell", 1), ["1 of 4 cores"]),
        (blas.Library("openmp", "openmp", "", "", 1), []),
        (blas.Library("blas", "openblas", "0.3", "Haswell", 4), []),
    ],
)
def test_what_costs_speed_is_warned_of(library: blas.Library, words: list[str]) -> None:
    warnings = blas.warnings_of((library,), {}, cores=4)
    assert len(warnings) == len(words)
    assert all(word in warning for word, warning in zip(words, warnings, strict=True))


def test_the_rate_is_the_best_seen_before_the_time_is_up() -> None:
    def ticks() -> Iterator[float]:
        yield from (0.0, 0.0, 1.0, 1.0, 1.5, 1.5, 4.0)

    times = ticks()
    rate = blas.sgemm_rate(2.0, clock=lambda: next(times))
    assert rate == pytest.approx(2 * 2048 * 2048 * 256 / 0.5 / 1e9)
