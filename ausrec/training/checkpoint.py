"""Everything a killed run needs to continue as if nothing had happened."""

import json
from pathlib import Path
from typing import Any

import torch

from ausrec.errors import AusrecError
from ausrec.files import write_whole


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint so that a kill at any moment leaves the old one or the new one.

    Args:
        path: the file.
        state: tensors, plain containers and JSON-able values only.

    Raises:
        AusrecError: when it cannot be written (a full disk, no permission).
    """
    write_whole(path, lambda file: torch.save(state, file))


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, Any]:
    """Read a checkpoint of the same run.

    Args:
        path: the file.
        fingerprint: as saved under `"fingerprint"`; what must agree to continue.

    Raises:
        AusrecError: when it is unreadable, or belongs to another configuration.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load raises many kinds on damaged files
        raise AusrecError(
            f"cannot read the checkpoint {path} ({type(error).__name__}): delete it to start again"
        ) from error
    if state.get("fingerprint") != fingerprint:
        raise AusrecError(
            f"the checkpoint {path} belongs to a run with another configuration: choose another "
            "output folder, or delete it to start again"
        )
    return state


def generator_state(generator: Any) -> str:
    """Return the state of a NumPy generator as JSON text."""
    return json.dumps(generator.bit_generator.state)


def restore_generator(generator: Any, state: str) -> None:
    """Set a NumPy generator to a saved state."""
    generator.bit_generator.state = json.loads(state)
