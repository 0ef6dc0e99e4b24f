"""Everything a killed run needs to continue as if nothing had happened."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ausrec.errors import AusrecError, complaint
from ausrec.models.encoder import Encoder
from ausrec.tasks.task import Task
from ausrec.training.config import TrainConfig
from ausrec.training.forks import make_descent
from ausrec.training.history import History, Record
from ausrec.weighting.weighting import Weighting


class RunState:
    """What changes while a run trains; it can be saved and restored.

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
        self.descent = make_descent(model, tasks, weighting, config)
        self.history, self.epoch = History(), 0
        self.best_value, self.best_state = -np.inf, self.parameters()

    def parameters(self) -> dict[str, Tensor]:
        """Return a copy of the encoder's parameters."""
        named = self.model.named_parameters()
        return {name: parameter.detach().clone() for name, parameter in named}

    def fingerprint(self) -> str:
        """Return what must agree for a run to be continued."""
        settings = asdict(self.config) | {"loss": str(self.config.loss)}
        # A run may be continued for longer, and its files written more or less often.
        for free in ("epochs", "checkpoint_every", "geometry_every", "device", "threads"):
            settings.pop(free)
        settings["tasks"] = list(self.tasks)
        settings["weighting"] = type(self.weighting).__name__
        parameters = dict(self.model.named_parameters()) | self.descent.own
        settings["parameters"] = {n: list(p.shape) for n, p in parameters.items()}
        return json.dumps(settings, sort_keys=True)

    def state(self) -> dict[str, Any]:
        """Return all that changes during training, as tensors, plain containers and texts."""
        return {
            "fingerprint": self.fingerprint(),
            "epoch": self.epoch,
            "num_steps": self.descent.num_steps,
            "model": self.parameters(),
            "tasks": {name: value.detach() for name, value in self.descent.own.items()},
            "optimizer": self.descent.state_dict(),
            "weighting": self.weighting.state_dict(),
            "rng": json.dumps(self.descent.rng.bit_generator.state),
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
        put(state["model"], dict(self.model.named_parameters()))
        put(state["tasks"], self.descent.own)
        self.descent.load_state_dict(state["optimizer"])
        self.weighting.load_state_dict(state["weighting"])
        self.descent.rng.bit_generator.state = json.loads(state["rng"])
        self.descent.generator.set_state(state["generator"])
        self.best_value, self.best_state = state["best_value"], state["best_state"]
        records = [Record(*record) for record in state["records"]]
        self.history = History(records, state["best_epoch"], state["stopped"])
        if self.history.stopped:
            self.epoch = self.config.epochs


@torch.no_grad()
def put(values: Mapping[str, Tensor], parameters: Mapping[str, Tensor]) -> None:
    """Write values into parameters of the same names."""
    for name, parameter in parameters.items():
        parameter.copy_(values[name])


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, Any]:
    """Read a checkpoint of the same run.

    Args:
        path: the file.
        fingerprint: as saved under `"fingerprint"`; what must agree to continue.

    Raises:
        AusrecError: when it is unreadable, or belongs to another configuration.
    """
    with complaint(f"{path}: the checkpoint cannot be read", "delete it to start again"):
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    if state.get("fingerprint") != fingerprint:
        raise AusrecError(
            f"the checkpoint {path} belongs to a run with another configuration: choose another "
            "output folder, or delete it to start again"
        )
    return state
