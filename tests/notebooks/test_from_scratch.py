"""The chapter that writes AusRec without the package is short, and equals the package."""

import ast
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import torch

import ausrec
from tests.notebooks.reading import FOLDER, cells, source

MOST_LINES, EPOCHS = 250, 3
CODE = [source(each) for each in cells(FOLDER / "08_ausrec_from_scratch.ipynb", "code", "scratch")]


@pytest.fixture(autouse=True)
def double() -> Iterator[None]:
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(usual)


def test_it_is_short_and_loads_nothing_but_the_data_from_the_package() -> None:
    lines = [line for line in "\n".join(CODE).splitlines() if line.strip()]
    assert 100 < len(lines) < MOST_LINES
    tree = ast.parse("\n".join(CODE))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ausrec"
    }
    assert used == {"split_interactions", "ListeningClub"}
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names = {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    assert {name.split(".")[0] for name in modules | names} == {
        "numpy",
        "pandas",
        "torch",
        "ausrec",
    }


def from_scratch(change: tuple[str, str] = ("", "")) -> pd.DataFrame:
    code = "\n".join(CODE).replace("epochs=20", f"epochs={EPOCHS}").replace(*change)
    scope: dict[str, Any] = {}
    exec(compile(code, "08_ausrec_from_scratch", "exec"), scope)
    records: pd.DataFrame = scope["records"]
    assert len(records) == EPOCHS
    return records


def by_the_package() -> pd.DataFrame:
    train, val, _ = ausrec.split_interactions(ausrec.ListeningClub()[0], seed=0)
    graph = ausrec.add_relations(train)
    encoder = ausrec.LightGCN(graph)
    encoder.adjacency = ausrec.NormalizedAdjacency(ausrec.joint_adjacency(graph).astype(float))
    config = ausrec.TrainConfig(epochs=EPOCHS, learning_rate=0.02, patience=0)
    history = ausrec.fit(encoder, graph, val, ausrec.STRUCTURAL_TASKS, ausrec.AusRec(), config)
    ranking, losses = history.of("val/ndcg@10")[""], history.of("loss")["main"]
    return pd.DataFrame({"ndcg@10": ranking, "loss": losses, **history.of("weight")})


def largest(records: pd.DataFrame, package: pd.DataFrame) -> float:
    assert list(records) == list(package)
    return float((records - package).abs().max(axis=None))


@pytest.mark.slow
def test_it_equals_the_package_number_by_number() -> None:
    package = by_the_package()
    assert largest(from_scratch(), package) < 1e-6
    # A number that is off anywhere would be seen: here the share of meta rows.
    assert largest(from_scratch(("round(0.7", "round(0.69")), package) > 1e-4
