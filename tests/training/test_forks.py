"""Branches in lockstep: the same as training each alone, then merged."""

from dataclasses import replace

import pytest
import torch

from ausrec.data import ListeningClub
from ausrec.evaluation import evaluate
from ausrec.graph import add_relations, split_interactions
from ausrec.models import LightGCN
from ausrec.tasks import OBJECTIVES
from ausrec.training import TrainConfig, fit
from ausrec.training.descent import Descent
from ausrec.training.forks import ForkedDescent, make_descent
from ausrec.weighting import BestOf, Equal, ForkMerge, Manual, Uncertainty

TASKS = ("social_link", "two_hop", "metapath_uiu")
TRAIN, VAL, _ = split_interactions(ListeningClub()[0], seed=0)
TRAIN = add_relations(TRAIN, TASKS)
CONFIG = TrainConfig(epochs=2, batch_size=4096, task_batch_size=64, patience=0, diagnose_every=9)


def trained(weighting, tasks=TASKS, config=CONFIG, **options):
    model = LightGCN(TRAIN, dim=8, layers=1)
    return model, fit(model, TRAIN, VAL, tasks, weighting, config, **options)


def test_each_branch_trains_as_it_would_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without dropout a branch draws nothing: "all" is `Equal`, and a task's own is `Manual`."""
    kept = {}
    end_epoch = ForkedDescent.end_epoch

    def look(self, judge):
        kept.update({name: fork.parameters["table"] for name, fork in self.forks.items()})
        return end_epoch(self, judge)

    monkeypatch.setattr(ForkedDescent, "end_epoch", look)
    trained(ForkMerge(every=9))
    for name, alone in {
        "all": Equal(),
        "main": Manual({}),
        "two_hop": Manual({"two_hop": 3.0}),
    }.items():
        last: list[torch.Tensor] = []
        trained(alone, callbacks=[lambda e, last=last: last.append(e.model.table.detach().clone())])
        torch.testing.assert_close(kept[name], last[-1], rtol=1e-5, atol=1e-6, msg=name)


def test_the_merged_model_validates_no_worse_than_any_branch() -> None:
    seen = {}

    class Watched(ForkMerge):
        def choose(self, judge):
            super().choose(judge)
            if self.is_due:
                seen.update(alone=self.alone, value=judge(self.mixture))

    model, history = trained(Watched(every=2, most=None))
    assert seen["value"] >= max(seen["alone"])
    assert history.at(2, "val/ndcg@10")[""] == pytest.approx(seen["value"])
    shares = history.at(2, "share")
    assert sum(shares.values()) == pytest.approx(1)
    # The weights that took effect, from the shares of all branches.
    for name, weight in history.at(2, "weight").items():
        assert weight == pytest.approx(shares["all"] + 3 * shares[name])
    assert history.at(1, "share") == pytest.approx(dict.fromkeys(shares, 0.2))
    assert evaluate(model().scores, VAL).metrics["ndcg@10"] == pytest.approx(
        max(history.at(n, "val/ndcg@10")[""] for n in (1, 2))
    )


def test_tasks_that_are_left_out_weigh_nothing_from_then_on() -> None:
    config = TrainConfig(epochs=3, batch_size=4096, task_batch_size=64, patience=0)
    _, history = trained(ForkMerge(every=1, most=1), config=config)
    assert set(history.at(1, "share")) == {"all", "main", *TASKS}
    assert set(history.at(2, "share")) == set(history.at(3, "share")) == {"all", "main"}
    later = [history.at(epoch, "weight") for epoch in (2, 3)]
    assert all(set(weights) == set(TASKS) for weights in later)
    assert all(sum(weight > 0 for weight in weights.values()) <= 1 for weights in later)
    assert history.of("seconds").notna().all().all()


def test_the_best_of_several_is_the_run_that_validates_best() -> None:
    """Without dropout a branch draws nothing, so each is the run that it would be alone."""
    runs = {
        "uncertainty": trained(Uncertainty()),
        "equal(weight=30.0)": trained(Equal(30.0)),
        "none": trained(Manual({})),
    }
    model, history = trained(BestOf("none+uncertainty+equal(weight=30.0)"))
    values = {n: [h.at(e, "val/ndcg@10")[""] for e in (1, 2)] for n, (_, h) in runs.items()}
    for epoch in (1, 2):
        at_epoch = {name: value[epoch - 1] for name, value in values.items()}
        best = max(at_epoch, key=at_epoch.__getitem__)
        assert history.at(epoch, "share")[best] == 1
        assert history.at(epoch, "val/ndcg@10")[""] == pytest.approx(at_epoch[best])
    best = max(values, key=lambda name: max(values[name]))
    assert {name for name, share in history.shares.items() if share} == {best}
    kept = runs[best][0]
    torch.testing.assert_close(model.table, kept.table, rtol=1e-4, atol=1e-6)


def test_early_stopping_waits_for_every_weighting_that_still_gains() -> None:
    """The first branch is best at once and gains no more; the second one gains in every epoch."""
    courses = {"equal": [0.9, *[0.5] * 7], "none": [0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.4, 0.4]}

    class Watched(BestOf):
        def choose(self, judge):
            alone = [courses[n][self.num_epochs - 1] for n in self.names_of_branches]
            super().choose(lambda mixture: alone[mixture.index(1.0)])

    # At this rate no model changes, so that the first epoch stays the best one.
    config = replace(CONFIG, epochs=8, patience=2, learning_rate=1e-12)
    _, history = trained(Watched("equal+none"), config=config)
    assert (history.best_epoch, history.epochs) == (1, 6)
    assert history.stopped.startswith("no better ndcg@10 for 2")


def test_objectives_with_parameters_of_their_own_are_merged_too() -> None:
    tasks = ("two_hop", OBJECTIVES["dsl"](TRAIN))
    _, history = trained(ForkMerge(every=1), tasks)
    assert set(history.at(2, "weight")) == {"two_hop", "dsl"}


def test_only_a_weighting_that_forks_is_forked() -> None:
    model = LightGCN(TRAIN, dim=4)
    assert type(make_descent(model, {}, Equal(), CONFIG)) is Descent
    alone, _ = trained(ForkMerge(), ())
    plain, _ = trained(None, ())
    assert torch.equal(alone.table, plain.table)
