"""What can be set about the data, the split and the training loop."""

import inspect

import pytest

from ausrec.errors import AusrecError
from ausrec.graph import split_interactions
from ausrec.training import TrainConfig
from ausrec.training.config import SplitConfig
from tests.graphs import random_graph


def test_defaults_are_those_of_what_is_done() -> None:
    parameters = inspect.signature(split_interactions).parameters
    for name, value in vars(SplitConfig()).items():
        assert value == parameters[name].default, name


def test_splits_are_made_as_set() -> None:
    splits = SplitConfig(val=0.0, how="leave_one_out").split(random_graph())
    rates = ("user", "rates", "item")
    assert splits.val[rates].edge_label_index.size(1) == 0
    assert splits.test[rates].edge_label_index.size(1) > 0


def test_batches_grow_with_the_data_unless_their_size_is_set() -> None:
    sizes = {number: TrainConfig().sized(number) for number in (10, 204_800, 204_801, 9_000_000)}
    assert [size.batch_size for size in sizes.values()] == [2048, 2048, 2049, 90_000]
    assert [size.task_batch_size for size in sizes.values()] == [256, 256, 256, 11_250]
    fixed = TrainConfig(batch_size=512, task_batch_size=64)
    assert fixed.sized(9_000_000) is fixed
    assert fixed.batch(9_000_000) == 512


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"learning_rate": -1.0}, "learning_rate is -1.0"),
        ({"select": "ndcg@7"}, "must be a metric at one of ks"),
        ({"select": "auc@10"}, "such as 'ndcg@5'; metrics are recall, precision, ndcg"),
        ({"ks": ()}, r"ks is \[\], but must be numbers from 1 up"),
        ({"ks": (0,)}, r"ks is \[0\], but must be numbers from 1 up"),
        ({"seed": -1}, "seed is -1, but must be 0 or more"),
        ({"patience": -1}, "patience is -1, but must be 0 or more"),
        ({"threads": 0}, "threads is 0, but must be from 1 to 1024"),
        ({"loss": "bprr"}, "loss 'bprr' is unknown; did you mean 'bpr'"),
        ({"loss": "ssm(temperature=0)"}, "loss.temperature is 0.0, but must be above 0"),
    ],
)
def test_impossible_configurations_are_told(settings: dict[str, object], words: str) -> None:
    with pytest.raises(AusrecError, match=words):
        TrainConfig(**settings)
