"""What changes while a run trains, and what of it is saved and restored."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ausrec.models.encoder import Encoder
from ausrec.tasks.task import Task
from ausrec.training.checkpoint import generator_state, restore_generator
from ausrec.training.config import TrainConfig
from ausrec.training.descent import Descent
from ausrec.training.history import History, Record
from ausrec.weighting.weighting import Weighting


class RunState:
    """The state of a run.

    Attributes:
        descent: the optimiser, the generators, and the tasks' own parameters.
        history: what has been recorded.
        epoch: the last epoch trained.
        best_value: of the metric that chooses the epoch.
        best_state: the encoder's parameters in that epoch.
    """

    def __init__(
        self,
        model: Encoder,
        tasks: Mapping[str, Task],
        weighting: Weighting,
        config: TrainConfig,
    ) -> None:
        """Begin a run; the model moves to its device."""
        self.model, self.tasks = model.to(config.torch_device()), tasks
        self.weighting, self.config = weighting, config
        self.descent = Descent(model, tasks, weighting, config)
        self.history = History()
        self.epoch = 0
        self.best_value, self.best_state = -np.inf, self.parameters()

    def parameters(self) -> dict[str, Tensor]:
        """Return a copy of the encoder's parameters."""
        named = self.model.named_parameters()
        return {name: parameter.detach().clone() for name, parameter in named}

    def load(self, parameters: Mapping[str, Tensor]) -> None:
        """Put parameters into the encoder."""
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                parameter.copy_(parameters[name])

    def weighting_parameters(self) -> list[Tensor]:
        """Return a copy of what the weighting learns."""
        return [parameter.detach().clone() for parameter in self.weighting.parameters()]

    def fingerprint(self) -> str:
        """Return what must agree for a run to be continued."""
        settings = asdict(self.config)
        # A run may be continued for longer, and its files written more or less often.
        for free in ("epochs", "checkpoint_every", "geometry_every", "device", "threads"):
            settings.pop(free)
        settings["tasks"] = list(self.tasks)
        settings["weighting"] = type(self.weighting).__name__
        parameters = dict(self.model.named_parameters()) | self.descent.own
        settings["parameters"] = {n: list(p.shape) for n, p in parameters.items()}
        return json.dumps(settings, sort_keys=True)

    def state(self) -> dict[str, Any]:
        """Return all that changes during training."""
        return {
            "fingerprint": self.fingerprint(),
            "epoch": self.epoch,
            "num_steps": self.descent.num_steps,
            "model": self.parameters(),
            "tasks": {name: value.detach().clone() for name, value in self.descent.own.items()},
            "optimizer": self.descent.optimizer.state_dict(),
            "weighting": self.weighting.state_dict(),
            "rng": generator_state(self.descent.rng),
            "generator": self.descent.generator.get_state(),
            "best_value": float(self.best_value),
            "best_state": self.best_state,
            "best_epoch": self.history.best_epoch,
            "stopped": self.history.stopped,
            "records": [tuple(record) for record in self.history.records],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a saved state."""
        self.epoch, self.descent.num_steps = state["epoch"], state["num_steps"]
        self.load(state["model"])
        with torch.no_grad():
            for name, parameter in self.descent.own.items():
                parameter.copy_(state["tasks"][name])
        self.descent.optimizer.load_state_dict(state["optimizer"])
        self.weighting.load_state_dict(state["weighting"])
        restore_generator(self.descent.rng, state["rng"])
        self.descent.generator.set_state(state["generator"])
        self.best_value, self.best_state = state["best_value"], state["best_state"]
        records = [Record(*record) for record in state["records"]]
        self.history = History(records, state["best_epoch"], state["stopped"])
        if self.history.stopped:
            self.epoch = self.config.epochs
