import pytest
import torch

from ausrec.errors import AusrecError
from ausrec.evaluation.geometry import alignment, uniformity
from ausrec.graph import split_interactions
from ausrec.models import LightGCN
from ausrec.training import History, TrainConfig, fit
from ausrec.training.callbacks import WatchGeometry
from tests.graphs import random_graph

TRAIN, VAL, _ = split_interactions(random_graph(), seed=0)


def train(*, watch: WatchGeometry | None) -> tuple[LightGCN, History]:
    model = LightGCN(TRAIN, dim=4, seed=0)
    config = TrainConfig(epochs=5, batch_size=32, patience=0)
    callbacks = [] if watch is None else [watch]
    return model, fit(model, TRAIN, VAL, config=config, callbacks=callbacks)


def test_measures_the_embeddings_every_so_often() -> None:
    model, history = train(watch=WatchGeometry(TRAIN, every=2))
    spread = history.of("embedding_uniformity")
    assert list(spread.index) == [1, 3, 5]
    assert list(spread.columns) == ["user", "item"]
    kept = history.best_epoch
    if kept not in spread.index:  # the seed above keeps a measured epoch
        pytest.fail(f"epoch {kept} was kept, which is not measured")
    with torch.no_grad():
        embeddings = model()
    users, items = TRAIN["user", "rates", "item"].edge_index
    expected = alignment(embeddings.user[users], embeddings.item[items])
    assert history.at(kept, "embedding_alignment") == {"": expected}
    assert history.at(kept, "embedding_uniformity")["item"] == uniformity(embeddings.item)


def test_a_watched_run_is_the_same_run() -> None:
    watched, alone = train(watch=WatchGeometry(TRAIN))[0], train(watch=None)[0]
    assert torch.equal(watched.table, alone.table)


def test_a_setting_of_training_watches_too() -> None:
    config = TrainConfig(epochs=5, batch_size=32, patience=0, geometry_every=2)
    model = LightGCN(TRAIN, dim=4, seed=0)
    history = fit(model, TRAIN, VAL, config=config)
    watched, by_callback = train(watch=WatchGeometry(TRAIN, every=2))
    timeless = [
        [record for record in each.records if record.quantity != "seconds"]
        for each in (history, by_callback)
    ]
    assert timeless[0] == timeless[1]
    assert torch.equal(model.table, watched.table)
    with pytest.raises(AusrecError, match="geometry_every is -1, but must be 0 or more"):
        TrainConfig(geometry_every=-1)


def test_refuses_no_epochs() -> None:
    with pytest.raises(AusrecError, match="every is 0, but must be above 0"):
        WatchGeometry(TRAIN, every=0)
