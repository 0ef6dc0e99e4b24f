"""Where runs are done: in this process, on all cores of this machine, on a Ray cluster."""

from ausrec.experiments.engines.engine import Engine, Failure
from ausrec.experiments.engines.local import LocalEngine, SerialEngine

__all__ = ["Engine", "Failure", "LocalEngine", "SerialEngine"]
