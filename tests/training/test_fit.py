"""The training loop: against a plain loop, killed and continued, stopped, and gone wrong."""

import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph import STRUCTURAL_TASKS, add_relations, split_interactions
from ausrec.models import MF, Embeddings, LightGCN
from ausrec.tasks import Recommendation, Task
from ausrec.training import Epoch, History, StopTraining, TrainConfig, fit
from ausrec.weighting import (
    AusRec,
    BestOf,
    Equal,
    FreeLogits,
    Manual,
    MetaRows,
    PublishedAusRec,
    Weighting,
)
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import Weighed
from tests.graphs import random_graph

TRAIN, VAL, TEST = split_interactions(random_graph(40, 30, 5, rates=0.3), val=0.15, seed=0)
TRAIN = add_relations(TRAIN)
CONFIG = TrainConfig(epochs=4, batch_size=64, task_batch_size=16, ks=(5, 10), patience=0)
WEIGHTINGS = {
    "equal": Equal,
    "ausrec": AusRec,
    "ausrec_apart": lambda: AusRec(meta_share=0.5, meta_in_step=False),
    "ausrec_softmax": lambda: AusRec(meta_softmax=0.15),
    "published": lambda: PublishedAusRec(),
}


def trained(weighting: Weighting | None = None, config: TrainConfig = CONFIG, **options):
    model = LightGCN(TRAIN, dim=8, layers=2, keep_edges=0.8)
    tasks = STRUCTURAL_TASKS if weighting else ()
    return model, fit(model, TRAIN, VAL, tasks, weighting, config, **options)


def without_seconds(history: History) -> list[tuple]:
    return [tuple(r) for r in history.records if r.quantity != "seconds"]


def test_the_main_task_alone_is_the_textbook_loop() -> None:
    """The same samples through a loop written out here end in the same parameters."""
    model, config = MF(TRAIN, dim=4), TrainConfig(epochs=3, batch_size=50, l2=0.01, patience=0)
    plain = MF(TRAIN, dim=4)
    ends = []
    fit(model, TRAIN, VAL, config=config, callbacks=[lambda e: ends.append(e.model.table.clone())])

    optimizer = torch.optim.Adam(plain.parameters(), lr=config.learning_rate)
    rng, main = np.random.default_rng(config.seed), Recommendation(TRAIN)
    for _ in range(3):
        for batch in main.epoch(50, rng):
            user, item = plain().user, plain().item
            u, p, n = user[batch.user], item[batch.pos], item[batch.neg]
            bpr = -torch.nn.functional.logsigmoid((u * p).sum(1) - (u * n).sum(1)).mean()
            squares = (u**2).sum() + (p**2).sum() + (n**2).sum()
            loss = bpr + 0.01 * squares / 2 / len(u)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    torch.testing.assert_close(ends[-1], plain.table.detach(), rtol=1e-4, atol=1e-6)


def test_training_learns() -> None:
    config = TrainConfig(epochs=20, batch_size=64, patience=0, learning_rate=0.03)
    _, history = trained(AusRec(), config)
    losses = history.of("loss")
    assert losses["main"].iloc[-1] < 0.6 * losses["main"].iloc[0]
    assert all(losses[name].iloc[-1] < losses[name].iloc[0] for name in STRUCTURAL_TASKS[:3])
    assert history.of("network_movement").to_numpy().min() > 1e-3


@pytest.mark.parametrize("make", WEIGHTINGS.values(), ids=list(WEIGHTINGS))
def test_the_seed_decides_everything(make) -> None:
    first, second = trained(make()), trained(make())
    other = trained(make(), seed=1)
    assert torch.equal(first[0].table, second[0].table)
    assert without_seconds(first[1]) == without_seconds(second[1])
    assert not torch.equal(first[0].table, other[0].table)


@pytest.mark.parametrize("make", WEIGHTINGS.values(), ids=list(WEIGHTINGS))
def test_a_run_that_is_cut_off_continues_to_the_same_bits(make, tmp_path: Path) -> None:
    whole_model, whole = trained(make())
    path = tmp_path / "checkpoint.pt"
    config = replace(CONFIG, checkpoint_every=1)

    def cut(epoch: Epoch) -> None:
        # Raised before the third epoch is saved: that epoch is lost and trained again.
        if epoch.number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(make(), config, checkpoint=path, callbacks=[cut])
    model, history = trained(make(), config, checkpoint=path)
    assert torch.equal(model.table, whole_model.table)
    assert without_seconds(history) == without_seconds(whole)
    assert history.best_epoch == whole.best_epoch


def test_a_killed_process_continues_to_the_same_bits(tmp_path: Path, repository: Path) -> None:
    """SIGKILL, in the middle of an epoch, from within the loop."""
    script = textwrap.dedent(
        """
        import os, signal, sys, torch
        torch.set_num_threads(1)
        from ausrec.graph import add_relations, split_interactions
        from ausrec.models import LightGCN
        from ausrec.tasks import Recommendation
        from ausrec.training import TrainConfig, fit
        from ausrec.weighting import AusRec
        from tests.graphs import random_graph

        path, kill_at = sys.argv[1], int(sys.argv[2])
        train, val, _ = split_interactions(random_graph(40, 30, 5, rates=0.3), val=0.15, seed=0)
        train, calls = add_relations(train), 0
        loss = Recommendation.loss
        def counted(*args):
            global calls
            calls += 1
            if calls == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return loss(*args)
        Recommendation.loss = counted
        model = LightGCN(train, dim=8)
        config = TrainConfig(epochs=4, batch_size=64, task_batch_size=16, checkpoint_every=1)
        fit(model, train, val, ["two_hop"], AusRec(), config, checkpoint=path)
        torch.save(model.table.data, path + ".result")
        """
    )

    def run(path: Path, kill_at: int) -> int:
        command = [sys.executable, "-c", script, str(path), str(kill_at)]
        return subprocess.run(command, cwd=repository, check=False, timeout=120).returncode

    assert run(tmp_path / "whole", -1) == 0
    assert run(tmp_path / "cut", 41) == -9
    assert (tmp_path / "cut").exists()
    assert run(tmp_path / "cut", -1) == 0
    whole, cut = (torch.load(tmp_path / f"{name}.result") for name in ("whole", "cut"))
    assert torch.equal(whole, cut)


def test_a_longer_run_continues_a_shorter_one(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    longer = replace(CONFIG, epochs=6, checkpoint_every=2)
    shorter = replace(longer, epochs=4)
    whole_model, _ = trained(Equal(), longer)
    trained(Equal(), shorter, checkpoint=path)
    model, history = trained(Equal(), longer, checkpoint=path)
    assert history.epochs == 6
    assert torch.equal(model.table, whole_model.table)


def test_checkpoints_of_other_runs_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.pt"
    config = replace(CONFIG, checkpoint_every=1)
    trained(Equal(), config, checkpoint=path)
    with pytest.raises(AusrecError, match="belongs to a run with another configuration"):
        trained(Equal(), config, checkpoint=path, seed=5)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(AusrecError, match=r"checkpoint.pt: the checkpoint cannot be read"):
        trained(Equal(), config, checkpoint=path)


def test_early_stopping_keeps_the_best_epoch() -> None:
    tables, values = {}, {}

    def watch(epoch: Epoch) -> None:
        tables[epoch.number] = epoch.model.table.detach().clone()
        values[epoch.number] = epoch.history.at(epoch.number, "val/ndcg@10")[""]

    config = TrainConfig(epochs=200, batch_size=64, patience=4, learning_rate=0.05)
    model, history = trained(None, config, callbacks=[watch])
    assert history.epochs < 200
    assert history.stopped == "no better ndcg@10 for 4 evaluations"
    assert history.best_epoch == max(values, key=lambda e: (values[e], -e))
    assert history.epochs == history.best_epoch + 4
    assert torch.equal(model.table, tables[history.best_epoch])


def test_a_callback_can_stop() -> None:
    def stop(epoch: Epoch) -> None:
        if epoch.number == 2:
            raise StopTraining

    _, history = trained(None, callbacks=[stop])
    assert history.epochs == 2
    assert history.stopped == "stopped by a callback"


class Broken(Task):
    """A task whose loss is not finite at its third step."""

    name = "broken"
    calls = 0

    def draw(self, size: int, generator: np.random.Generator) -> Tensor:
        return torch.from_numpy(generator.integers(0, 40, size))

    def loss(self, embeddings: Embeddings, batch: Tensor) -> Tensor:
        self.calls += 1
        return embeddings.user[batch].sum(1) * (float("nan") if self.calls == 3 else 1.0)


def test_non_finite_losses_name_task_and_step() -> None:
    model = LightGCN(TRAIN, dim=8)
    with pytest.raises(AusrecError, match="task 'broken' is not finite in step 3"):
        fit(model, TRAIN, VAL, ["social_link", Broken()], Equal(), CONFIG)


class NoNumber(Equal):
    """A weighting whose weights are not finite in its second step."""

    calls = 0

    def weigh(self, step: Step) -> Weighed:
        self.calls += 1
        weights, health, _ = super().weigh(step)
        return Weighed({n: w / (self.calls != 2) for n, w in weights.items()}, health)


def test_non_finite_weights_name_task_and_step() -> None:
    with pytest.raises(AusrecError, match="weight of task 'social_link' is not finite in step 2"):
        fit(LightGCN(TRAIN, dim=8), TRAIN, VAL, ["social_link"], NoNumber(), CONFIG)


def test_a_task_written_by_a_user_trains_with_all_weightings() -> None:
    class Shrink(Task):
        name = "shrink"

        def draw(self, size: int, generator: np.random.Generator) -> Tensor:
            return torch.from_numpy(generator.integers(0, 40, size))

        def loss(self, embeddings: Embeddings, batch: Tensor) -> Tensor:
            return embeddings.user[batch].square().sum(1)

    for make in WEIGHTINGS.values():
        history = fit(LightGCN(TRAIN, dim=4), TRAIN, VAL, ["two_hop", Shrink()], make(), CONFIG)
        assert set(history.weights) == {"two_hop", "shrink"}


def test_history_has_every_quantity_of_every_task() -> None:
    began = time.perf_counter()
    _, history = trained(AusRec())
    table = history.table
    assert 0 < history.of("seconds").to_numpy().sum() <= time.perf_counter() - began
    assert list(table.columns) == ["epoch", "quantity", "task", "value"]
    assert not table["value"].isna().any()
    by_task = ("weight", "weight_std", "cosine", "alignment")
    for quantity in (*by_task, "loss", "gradient_norm", "hypergradient_norm"):
        found = set(history.of(quantity).columns)
        assert found >= set(STRUCTURAL_TASKS), quantity
        assert list(history.of(quantity).index) == [1, 2, 3, 4]
    for quantity in ("entropy", "meta_loss", "seconds", "val/ndcg@10", "network_movement"):
        assert list(history.of(quantity).columns) == [""]
    assert table["value"][table["quantity"] == "cosine"].abs().max() <= 1
    assert history.weights == history.at(history.best_epoch, "weight")


def test_the_weights_are_judged_by_the_loss_that_was_asked_for() -> None:
    """So hot a softmax is uniform: its loss is the logarithm of the number of candidates."""
    config = TrainConfig(epochs=1, batch_size=10_000, task_batch_size=16, ks=(10,), patience=0)
    _, by_softmax = trained(AusRec(meta_share=0.5, meta_softmax=1e6), config)
    num_pairs = Recommendation(TRAIN).pairs.num_pairs
    num_meta_rows = num_pairs - round(0.5 * num_pairs)
    found = float(by_softmax.of("meta_loss")[""].iloc[0])
    assert found == pytest.approx(np.log(1 + num_meta_rows), rel=1e-5)
    with pytest.raises(AusrecError, match=r"meta_softmax is 0\.0, but must be above 0"):
        MetaRows(meta_softmax=0.0)


@pytest.mark.parametrize("make", [AusRec, FreeLogits])
def test_weights_that_are_judged_in_every_third_step_move_in_no_other(make) -> None:
    moved: list[bool] = []
    measured: list[bool] = []

    class Watched(make):
        def weigh(self, step):
            before = [each.clone() for each in self.parameters()]
            weighed = super().weigh(step)
            after = self.parameters()
            moved.append(any(not torch.equal(a, b) for a, b in zip(after, before, strict=True)))
            measured.append(("meta_loss", "") in weighed.health)
            assert (step.meta is not None) == bool(step.num_meta_rows) == measured[-1]
            return weighed

    config = TrainConfig(epochs=2, batch_size=16, task_batch_size=16, ks=(10,), patience=0)
    _, history = trained(Watched(update_every=3), config)
    assert moved == measured == [number % 3 == 0 for number in range(len(moved))]
    assert len(moved) > 6
    # What was measured in every third step is the mean of those steps: a loss of BPR at the start.
    assert float(history.of("meta_loss")[""].iloc[0]) == pytest.approx(np.log(2), rel=0.2)


def test_a_batch_too_small_to_be_split_is_not_judged() -> None:
    """One row is left for the last batch of an epoch: it cannot be trained on and judge."""
    num_pairs = Recommendation(TRAIN).pairs.num_pairs
    steps: list[tuple[int, bool]] = []

    class Watched(AusRec):
        def weigh(self, step):
            steps.append((step.num_meta_rows, step.meta is not None))
            return super().weigh(step)

    config = TrainConfig(epochs=2, batch_size=num_pairs - 1, ks=(10,), patience=0)
    _, history = trained(Watched(), config)
    judged = (num_pairs - 1) - round(0.7 * (num_pairs - 1))
    assert steps == 2 * [(judged, True), (0, False)]
    assert history.of("meta_loss")[""].notna().all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"meta_share": 0.0}, "meta_share is 0.0, but must be above 0 and below 1"),
        ({"meta_share": 1.0}, "meta_share is 1.0, but must be above 0 and below 1"),
        ({"update_every": 0}, "update_every is 0, but must be 1 or more"),
    ],
)
def test_rows_that_judge_nothing_are_refused(settings: dict, message: str) -> None:
    with pytest.raises(AusrecError, match=message):
        MetaRows(**settings)


def test_validation_is_ranked_every_few_epochs_and_after_the_last() -> None:
    _, history = trained(None, replace(CONFIG, epochs=5, evaluate_every=2))
    assert list(history.of("val/ndcg@10").index) == [2, 4, 5]


def test_who_judges_by_validation_needs_some() -> None:
    train, empty, _ = split_interactions(random_graph(40, 30, 5, rates=0.3), val=0.0, test=0.0)
    history = fit(MF(train, dim=4), train, empty, config=CONFIG)
    assert (history.best_epoch, history.stopped) == (4, "all epochs trained, and the last kept")
    model, train = LightGCN(train, dim=4), add_relations(train)
    with pytest.raises(AusrecError, match="the validation part, and it is empty"):
        fit(model, train, empty, STRUCTURAL_TASKS, BestOf(), CONFIG)


def test_cosines_are_with_the_loss_that_judges() -> None:
    still = {"level_rate": 0.0, "learning_rate": 0.0}
    plain, softmax = (AusRec(**still, meta_softmax=judge) for judge in (None, 0.1))
    histories = [trained(each)[1] for each in (plain, softmax)]
    trained_alike, judged_alike = (
        np.allclose(*(each.of(quantity)["two_hop"] for each in histories))
        for quantity in ("loss", "cosine")
    )
    assert trained_alike and not judged_alike


def test_a_weighting_hears_of_every_epoch_that_has_ended() -> None:
    class Listener(Equal):
        def start(self, *arguments) -> None:
            super().start(*arguments)
            self.heard: list[int] = []
            self.num_steps = 0

        def weigh(self, step):
            self.num_steps += 1
            return super().weigh(step)

        def end_epoch(self) -> None:
            self.heard.append(self.num_steps)

    listener = Listener()
    trained(listener)
    each = listener.num_steps // 4
    assert each > 1 and listener.heard == [each, 2 * each, 3 * each, 4 * each]


def test_manual_weights_count() -> None:
    alone, _ = trained(None)
    silent, _ = trained(Manual({}))
    loud, _ = trained(Manual({"two_hop": 5.0}))
    assert not torch.equal(silent.table, loud.table)
    assert alone.table.shape == silent.table.shape


def test_unknown_and_repeated_tasks_are_told() -> None:
    model = LightGCN(TRAIN, dim=4)
    with pytest.raises(AusrecError, match="did you mean 'three_hop'"):
        fit(model, TRAIN, VAL, ["threehop"], Equal(), CONFIG)
    with pytest.raises(AusrecError, match="have the name 'two_hop'"):
        fit(model, TRAIN, VAL, ["two_hop", "two_hop"], Equal(), CONFIG)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_cuda_that_is_not_there_is_told() -> None:
    with pytest.raises(AusrecError, match="use --device cpu or auto"):
        fit(LightGCN(TRAIN), TRAIN, VAL, config=TrainConfig(device="cuda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_trains_to_the_same_numbers_within_rounding() -> None:
    tables = []
    for device in ("cpu", "cuda"):
        model = LightGCN(TRAIN, dim=8)
        config = TrainConfig(epochs=2, batch_size=64, device=device)
        fit(model, TRAIN, VAL, STRUCTURAL_TASKS, AusRec(), config)
        tables.append(model.table.detach().cpu())
    torch.testing.assert_close(*tables, rtol=1e-3, atol=1e-4)


def test_a_callback_with_finish_is_given_the_finished_history_once() -> None:
    class Watcher:
        def __init__(self) -> None:
            self.seen: list[object] = []

        def __call__(self, epoch: Epoch) -> None:
            self.seen.append(epoch.number)

        def finish(self, history: History) -> None:
            self.seen.append((history, history.stopped))

    watcher = Watcher()
    _, history = trained(callbacks=[watcher])
    assert watcher.seen == [1, 2, 3, 4, (history, "all epochs trained")]
