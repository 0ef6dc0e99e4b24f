import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.error_rate import (
    RUN_LUCK,
    SEED_LUCK,
    USER_SPREAD,
    bootstrap_finds,
    draw_scores,
    holm_finds,
    main,
    seed_values,
    users_as_units_find,
    verdicts_find,
)


def test_what_is_shared_is_shared() -> None:
    scores = draw_scores(np.random.default_rng(0), 40, 50, 200)
    assert scores.shape == (40, 50, 200)
    assert scores.mean(axis=(0, 2)).std() == pytest.approx(SEED_LUCK, rel=0.3)
    assert scores.mean(axis=(0, 1)).std() == pytest.approx(USER_SPREAD, rel=0.15)
    # What remains of a run is its own luck, and a little of the noise of its users.
    own = scores.mean(axis=2) - scores.mean(axis=(0, 2))
    assert own.std() == pytest.approx(np.hypot(RUN_LUCK, 0.01 / np.sqrt(200)), rel=0.1)


def test_an_effect_goes_to_the_last_strategy_alone() -> None:
    plain, moved = (draw_scores(np.random.default_rng(1), 3, 2, 5, e) for e in (0.0, 0.5))
    assert np.allclose(moved - plain, np.array([0, 0, 0.5])[:, None, None])


def test_users_as_units_find_what_is_one_runs_luck() -> None:
    # Two strategies, alike but for the luck of their runs, which pulls either way.
    scores = draw_scores(np.random.default_rng(2), 2, 4, 2000)
    scores[1] += np.array([0.02, 0.01, -0.01, 0.02])[:, None]
    assert users_as_units_find(scores)
    assert not holm_finds(scores)
    assert not bootstrap_finds(scores)


def test_the_test_alone_finds_what_the_verdicts_find() -> None:
    generator = np.random.default_rng(4)
    drawn = [draw_scores(generator, 4, 5, 20, effect) for effect in [0.0, 0.005] * 15]
    found = [verdicts_find(scores) for scores in drawn]
    assert 0 < sum(found) < len(found)
    assert found == [holm_finds(scores) for scores in drawn]


def test_means_of_a_seed() -> None:
    scores = draw_scores(np.random.default_rng(3), 2, 3, 4)
    assert seed_values(scores).loc[("drawn", 2), "strategy 1"] == scores[1, 2].mean()


def test_the_command_writes_a_row_a_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "rates.json"
    main(["--grids", "3", "--users", "20", "--effect", "0.5", "--out", str(out)])
    rows = json.loads(out.read_text())["rows"]
    assert len(rows) == 5
    assert rows[0] == {"way": "paired t over seeds, Holm (the verdicts)", "grids": 3, "finds": 1.0}
    assert "effect 0.5" in capsys.readouterr().out
