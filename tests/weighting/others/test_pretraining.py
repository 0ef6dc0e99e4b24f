"""Pre-training: the tasks alone at first, and then the main task alone."""

import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.models import SASRec
from ausrec.tasks import SEQUENCE_TASKS
from ausrec.training import TrainConfig, fit
from ausrec.weighting.others.pretraining import Pretraining
from ausrec.weighting.reduction import MAIN
from tests.sequences import parts, sequence_step

TRAIN, VAL, _ = parts()


def trained(epochs: int, pretrain_epochs: int, **others):
    config = TrainConfig(
        epochs=epochs,
        batch_size=4,
        task_batch_size=4,
        loss="cross_entropy",
        l2=0.0,
        ks=(2,),
        select="ndcg@2",
        **others,
    )
    model = SASRec(TRAIN, dim=4, dropout=0.0)
    tasks = [SEQUENCE_TASKS[name](TRAIN) for name in ("masked_item", "segment")]
    weighting = Pretraining(pretrain_epochs=pretrain_epochs)
    return model, fit(model, TRAIN, VAL, tasks, weighting, config)


def test_the_gradient_is_that_of_the_tasks_with_the_weights_of_the_paper() -> None:
    step = sequence_step("masked_item", "segment")
    weighting = Pretraining()
    weighting.start(["masked_item", "segment"], torch.Generator(), torch.device("cpu"))
    gradient = weighting.weigh(step).gradient
    assert gradient is not None
    total = torch.stack(
        [step.tasks[n].paper_weight * step.losses[n].mean() for n in ("masked_item", "segment")]
    ).sum()
    expected = torch.autograd.grad(total, list(step.parameters.values()), allow_unused=True)
    for ours, right in zip(gradient.values(), expected, strict=True):
        torch.testing.assert_close(ours, torch.zeros_like(ours) if right is None else right)
    assert MAIN in step.losses


def test_validation_begins_with_the_main_task_and_tasks_end() -> None:
    _, history = trained(5, 2, patience=1)
    table = history.table
    of_tasks = table[(table["quantity"] == "loss") & (table["task"] == "segment")]["epoch"]
    assert of_tasks.tolist() == [1, 2]
    validated = table[table["quantity"] == "val/ndcg@2"]["epoch"]
    assert validated.min() == 3 and history.best_epoch >= 3


def test_the_main_loss_falls_in_the_second_stage_only() -> None:
    _, history = trained(60, 30, patience=0, learning_rate=0.02)
    main = history.of("loss")[MAIN]
    assert main.loc[30] > main.loc[60] + 0.5
    assert abs(main.loc[30] - main.loc[1]) < main.loc[30] - main.loc[60]


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(AusrecError, match="pretrain_epochs is 0"):
        Pretraining(pretrain_epochs=0)
    with pytest.raises(AusrecError, match=r"train\.epochs is 3, and the first 3 train the"):
        trained(3, 3)
    with pytest.raises(AusrecError, match="no paper gives task 'cloze' a weight"):
        Pretraining().check([SEQUENCE_TASKS["cloze"](TRAIN)])
