"""A run is known by all that decides about it."""

import json

from ausrec.training import TrainConfig
from benchmarks.protocol import WEIGHTINGS, run_config, settings


def test_a_run_is_known_by_all_of_its_settings() -> None:
    here = settings("ausrec", "in", 64, TrainConfig())
    assert here["weighting"]["class"] == "AusRec"
    assert here["weighting"]["meta_share"] == 0.3
    assert settings("ausrec", "in", 64, TrainConfig(l2=0.1)) != here
    apart = {json.dumps(settings(m, "in", 64, TrainConfig())["weighting"]) for m in WEIGHTINGS}
    assert len(apart) == len(WEIGHTINGS)
    assert json.loads(json.dumps(here)) == here


def test_all_models_share_a_configuration_but_for_seed_and_epochs() -> None:
    config = run_config(7, 3)
    assert (config.epochs, config.seed, config.device, config.threads) == (7, 3, "cpu", 1)
    assert config.batch_size == TrainConfig().batch_size
