"""Every objective trains alone as its published model, and in a mix under every weighting."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ausrec.graph import split_interactions
from ausrec.runs.data_config import DataConfig
from ausrec.runs.prepare import prepare
from ausrec.runs.recipe import Recipe
from ausrec.runs.trained import Trained, run
from ausrec.tasks import OBJECTIVES
from ausrec.training import TrainConfig
from ausrec.training.config import SplitConfig
from ausrec.weighting import WEIGHTINGS
from tests.graphs import random_graph

GRAPH = random_graph(40, 30, 5, rates=0.3)
RECIPE = Recipe(
    DataConfig("club"),  # names the run; the graph is given, as it is smaller than any data set
    SplitConfig(val=0.15),
    "lightgcn(dim=8, layers=2)",
    train=TrainConfig(epochs=2, batch_size=128, task_batch_size=64, ks=(5, 10), evaluate_every=2),
)
# Their second half comes after 20 epochs.
SHORTER = {"apr": "apr(warm_up=1)", "ncl": "ncl(warm_up=1)"}
# No published method has a weight for them.
OURS = {"sgl_ranking": 0.1, "generator_discriminator": 0.1}
MIX = ("sgl", "ncl", "masked_edges", "apr", "mhcn", "dsl")


def trained(recipe: Recipe) -> Trained:
    prepared = prepare(recipe, graph=GRAPH, show=False)
    return run(recipe, prepared=prepared, show_progress=False)


def paper_weight(name: str) -> float:
    train, _, _ = split_interactions(GRAPH, val=0.15, seed=0)
    weight = OBJECTIVES[name](train).paper_weight
    assert (weight is None) == (name in OURS)
    return OURS[name] if weight is None else weight


@pytest.mark.parametrize("name", OBJECTIVES)
def test_alone_it_trains_with_its_published_weight(name: str) -> None:
    weight = paper_weight(name)
    recipe = replace(RECIPE, tasks=SHORTER.get(name, name), weighting=f"equal(weight={weight!r})")
    found = trained(recipe)
    losses = found.history.of("loss")
    assert list(losses) == ["main", name]
    assert len(losses) == 2 and np.isfinite(losses.to_numpy()).all()
    assert found.history.weights == pytest.approx({name: weight})
    table = found.model.table.detach()
    assert torch.isfinite(table).all()

    # The same samples, but the objective counts nothing: what differs is its doing.
    silenced = trained(replace(recipe, weighting="equal(weight=0.0)"))
    assert not torch.equal(table, silenced.model.table)
    # Again to the same bits, by the weighting that looks the weight up where there is one.
    chosen = recipe.weighting if name in OURS else "paper_weights"
    assert torch.equal(trained(replace(recipe, weighting=chosen)).model.table, table)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_a_mix_of_paradigms_trains_under_every_weighting(weighting: str) -> None:
    # Pre-training then goes on with the weights of the papers.
    given = weighting in ("paper_weights", "pretraining")
    names = MIX if given else ("social_link", *MIX)
    chosen = weighting
    if weighting == "manual":
        chosen = f"manual(weights={{{', '.join(f'{name}: 0.2' for name in names)}}})"
    stages = 2 if weighting == "pretraining" else 1
    if stages == 2:
        chosen = "pretraining(pretrain_epochs=1)"
    recipe = replace(
        RECIPE,
        tasks="+".join(names),
        weighting=chosen,
        train=replace(RECIPE.train, epochs=stages, evaluate_every=1),
    )
    found = trained(recipe)
    assert set(found.history.weights) == set(names)
    assert np.isfinite(list(found.history.weights.values())).all()
    # In its second epoch, pre-training trains no task.
    assert np.isfinite(found.history.of("loss").loc[1].to_numpy()).all()
    start = found.prepared.build_model()
    assert torch.isfinite(found.model.table).all()
    assert not torch.equal(found.model.table, start.table)


def test_the_mix_holds_every_paradigm() -> None:
    folders = {OBJECTIVES[name].__module__.split(".")[2] for name in MIX}
    assert folders == {make.__module__.split(".")[2] for make in OBJECTIVES.values()}
