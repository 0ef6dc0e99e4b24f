"""What one's own task, weighting or encoder returns wrongly is said in one line, by `fit`."""

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from ausrec.errors import AusrecError
from ausrec.graph import add_relations, split_interactions
from ausrec.models import MF
from ausrec.tasks import RelationTask, Task, Triplets, relation_tasks
from ausrec.training import TrainConfig, fit
from ausrec.weighting.weighting import Weighed, Weighting
from tests.graphs import random_graph

TRAIN, VAL, _ = split_interactions(random_graph(), seed=0)
TRAIN = add_relations(TRAIN, ["social_link", "metapath_uiu"])
CONFIG = TrainConfig(epochs=1, batch_size=64, threads=1)


class Own(Task):
    name = "own"
    drawn: Any = Triplets(*(torch.zeros(3, dtype=torch.int64) for _ in range(3)))
    answer: Any = torch.ones(3)

    def draw(self, size: int, generator: Any) -> Any:
        return self.drawn

    def loss(self, encoding: Any, batch: Any) -> Any:
        return self.answer


@dataclass(eq=False)
class OwnWeighting(Weighting):
    answer: Any = None

    def weigh(self, step: Any) -> Any:
        return self.answer


class OwnEncoder(MF):
    answer: Any = None

    def forward(self, view: Any = None) -> Any:
        return self.answer


def train(tasks: Any, weighting: Any = None, model: Any = None) -> None:
    # Without the shape checks of the tests, which would speak first.
    fit(model or MF(TRAIN, 4), TRAIN, VAL, tasks, weighting, CONFIG, show_progress=False)


def own(**attributes: Any) -> Own:
    task = Own()
    for name, value in attributes.items():
        setattr(task, name, value)
    return task


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (own(answer=torch.tensor(1.0)), r"Own.loss returned a tensor of shape \[\] .* for each"),
        (own(answer=1.0), "Own.loss returned a float, but must return a loss for each sample"),
        (own(answer=torch.ones(3, 1)), r"Own.loss returned a tensor of shape \[3, 1\]"),
        (own(drawn={"user": 1}), "Own.draw returned a dict, but must return a named tuple"),
        (own(drawn=(1, 2)), "Own.draw returned a tuple, but must return a named tuple"),
        (own(name=""), "Own has no name: set its attribute, as name = 'my_task'"),
        (Own, r"Own is a class: give an object, as Own\(\)"),
        (7, "7 is no task: give the name of one"),
    ],
)
def test_tasks(task: Any, message: str) -> None:
    from ausrec.tasks.check_task import check_batch, check_loss, check_name

    with pytest.raises(AusrecError, match=message) as error:
        check_name(task)
        check_batch(task, task.draw(3, None))
        check_loss(task, task.loss(None, None))
    assert "\n" not in str(error.value)


def test_a_task_without_a_name_is_told_by_fit() -> None:
    with pytest.raises(AusrecError, match="Own has no name"):
        train([own(name="")])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"social_link": torch.ones(())}, "OwnWeighting.weigh returned a dict, but must return W"),
        (None, "OwnWeighting.weigh returned a NoneType"),
        (
            Weighed({n: torch.ones(()) for n in ("main", "social_link", "metapath_uiu")}, {}),
            r"returned a weight for main, but .* step.auxiliary: social_link, metapath_uiu\) and",
        ),
        (Weighed({"social_link": torch.ones(())}, {}), "returned no weight for metapath_uiu"),
        (
            Weighed({"social_link": torch.ones(7), "metapath_uiu": torch.ones(())}, {}),
            r"returned a tensor of shape \[7\] .* for each of 256 samples of social_link",
        ),
    ],
)
def test_weightings(answer: Any, message: str) -> None:
    with pytest.raises(AusrecError, match=message) as error:
        train(["social_link", "metapath_uiu"], OwnWeighting(answer))
    assert "\n" not in str(error.value)


def test_encoders() -> None:
    from ausrec.models.encoder import Embeddings
    from ausrec.tasks.check_task import check_embeddings

    encoder = OwnEncoder(TRAIN, 4)
    table = torch.ones(5, 4)
    for answer in (table, (table, table, 3)):
        with pytest.raises(AusrecError, match=r"OwnEncoder.forward returned .* must return Embedd"):
            check_embeddings(encoder, answer)
    embeddings = Embeddings(table, table, 3)
    assert check_embeddings(encoder, embeddings) is embeddings


def test_what_is_right_passes() -> None:
    class Right(RelationTask):
        pass

    task = relation_tasks(TRAIN, ["social_link"])[0]
    weights: dict[str, Tensor] = {"social_link": torch.tensor(0.5), "own": torch.ones(3)}

    class Answering(Own):
        def loss(self, encoding: Any, batch: Any) -> Tensor:
            return encoding.user[batch.user].sum(1)

    train([task, Answering()], OwnWeighting(Weighed(weights, {})))
