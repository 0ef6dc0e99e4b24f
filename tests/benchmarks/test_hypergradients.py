"""Estimators on quadratic problems and on a club: what the tables say."""

import json
from pathlib import Path

import pytest

from ausrec.weighting.estimators import ConjugateGradient, Identity, Quadratic
from benchmarks.hypergradients import compare, error_lines, main, number, problems


def test_the_closed_form_is_met_in_as_many_steps_as_dimensions() -> None:
    problem = Quadratic.random(12, 3, condition=10.0)
    error, right = compare(ConjugateGradient(12, 0.0, relative=False), problem)
    assert error < 1e-9 and right == 1
    assert compare(Identity(), problem)[0] > 0.5


def test_the_lines_fall_with_the_number_of_products() -> None:
    lines = error_lines(problems(2))
    for name in ("Neumann", "conjugate gradient"):
        errors = list(lines[name].values())
        assert errors == sorted(errors, reverse=True), name
    first_order = lines["identity, unrolled, double backward"][0]
    assert lines["Neumann"][0] == pytest.approx(first_order)
    assert lines["finite difference along Neumann"] == pytest.approx(lines["Neumann"], rel=1e-6)
    assert lines["conjugate gradient"][50] < 1e-5 < lines["conjugate gradient, γ = 0.1"][50]
    assert 0 not in lines["conjugate gradient"]


def test_the_command_prints_tables_and_draws(tmp_path: Path) -> None:
    out, figure = tmp_path / "tables.json", tmp_path / "figures" / "errors.png"
    main(["--draws", "2", "--repeats", "1", "--figure", str(figure), "--out", str(out)])
    at_the_optimum, on_the_way = json.loads(out.read_text()).values()
    products = {row["estimator"]: row["Hessian products"] for row in at_the_optimum}
    assert products["Neumann, K = 30"] == 30 and products["unrolled"] == 0
    errors = {row["estimator"]: row["error, relative (median)"] for row in at_the_optimum}
    assert errors["unrolled"] == errors["double backward"] == errors["identity"]
    assert float(errors["conjugate gradient, 50"]) < 1e-5
    ends = [float(row["after 1000 inner steps"]) for row in on_the_way]
    assert min(ends) < 1e-2 < max(ends)
    assert figure.stat().st_size > 1000


def test_numbers() -> None:
    assert (number(0.123), number(0.00123)) == ("0.12", "1.2e-03")
