"""Additive curves: values by hand, what is refused, and the file they come from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dedup.scoring.curves import Additive, Curve, Model, load, probability
from dedup.scoring.features import NAMES

CURVE = Curve("words", (0.0, 0.5, 1.0), (-1.0, 0.0, 2.0), missing=-0.25)


def test_a_curve_is_linear_between_its_positions_and_flat_beyond() -> None:
    x = np.array([-3.0, 0.0, 0.25, 0.75, 1.0, 9.0, np.nan], dtype=np.float32)
    assert CURVE(x).tolist() == [-1.0, -1.0, -0.5, 1.0, 2.0, 2.0, -0.25]


@pytest.mark.parametrize(
    ("at", "value"),
    [((0.0, 1.0), (1.0, 0.0)), ((0.0, 0.0), (0.0, 1.0)), ((0.0,), (0.0, 1.0)), ((), ())],
)
def test_a_curve_that_does_not_rise_is_refused(
    at: tuple[float, ...], value: tuple[float, ...]
) -> None:
    with pytest.raises(ValueError, match="words"):
        Curve("words", at, value)


def test_contributions_read_their_own_columns() -> None:
    model = Additive("v", 0.5, (CURVE, Curve("other", (0.0, 1.0), (0.0, 3.0))))
    x = np.array([[1.0, 9.0, 0.5]], dtype=np.float32)
    assert model.contributions(x, ("other", "unused", "words")).tolist() == [[0.0, 3.0]]


def test_a_model_survives_json() -> None:
    model = Additive("v", 0.5, (CURVE,))
    assert Additive.from_json(json.loads(json.dumps(model.as_json()))) == model


def test_the_family_with_the_longest_fitting_name_is_taken(tmp_path: Path) -> None:
    names = ("default", "vi", "vi-small")
    looks = {name: {"first": Additive(name, 0.0, (CURVE,)).as_json()} for name in names}
    path = tmp_path / "model.json"
    path.write_text(json.dumps(looks), "utf-8")
    for model_id, expected in (("vi-small-9f", "vi-small"), ("vi-9f", "vi"), ("e5", "default")):
        found = load(path, model_id=model_id)
        assert found == Model(Additive(expected, 0.0, (CURVE,)), None)
        assert found.version == expected


def test_probabilities_are_the_logistic_function_without_overflow() -> None:
    z = np.array([-1e4, -2.0, 0.0, 2.0, 1e4], dtype=np.float32)
    expected = [0.0, 1 / (1 + np.exp(2.0)), 0.5, 1 / (1 + np.exp(-2.0)), 1.0]
    np.testing.assert_allclose(probability(z), expected, rtol=1e-6)


def test_every_shipped_curve_reads_a_known_feature() -> None:
    from dedup.scoring import scorer

    plain = json.loads((Path(scorer.__file__).parent / "model.json").read_text("utf-8"))
    assert {"default", "lexical-v1", "sangkien-vi"} <= set(plain)
    for looks in plain.values():
        for look in looks.values():
            assert {c.feature for c in Additive.from_json(look).curves} <= set(NAMES)
