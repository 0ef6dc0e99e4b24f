"""Plain double backward through the virtual step of a transformer."""

import torch

from ausrec.tasks import Encoding
from ausrec.weighting import unrolled
from ausrec.weighting.directions import owned
from ausrec.weighting.reduction import TaskMean
from ausrec.weighting.step import Step


def check_hypergradient(step: Step, rate: float = 0.1) -> None:
    """Hold the hypergradient of a step against double backward, in float64."""
    sizes, takes_part = step.rows(with_meta=False)
    generator = torch.Generator().manual_seed(1)
    weights = {
        n: torch.rand(sizes[n], generator=generator, dtype=torch.float64) for n in step.auxiliary
    }
    coefficients = TaskMean().coefficients(weights, sizes, takes_part)
    found = unrolled(step, coefficients, TaskMean().l2(step.l2, sizes), rate)

    leaves = {n: c.clone().requires_grad_() for n, c in coefficients.items()}
    own = {n: p.detach().clone().requires_grad_() for n, p in step.parameters.items()}

    def losses(parameters, batches):
        of_encoder = {n: parameters[n] for n in step.encoder_parameters}
        embeddings = step.model.encode(of_encoder, step.view)
        shared = step.model.shared(of_encoder)
        return {
            name: task.loss(
                Encoding(embeddings, step.model, step.view, owned(parameters, name), shared),
                batches[name],
            )
            for name, task in step.tasks.items()
            if name in batches
        }

    inner = losses(own, step.batches)
    total = torch.stack([(leaves[name] * loss).sum() for name, loss in inner.items()]).sum()
    gradient = torch.autograd.grad(
        total, list(own.values()), create_graph=True, allow_unused=True, materialize_grads=True
    )
    ahead = {n: p - rate * g for (n, p), g in zip(own.items(), gradient, strict=True)}
    meta = losses(ahead, {"main": step.meta})["main"].mean()
    oracle = torch.autograd.grad(meta, list(leaves.values()))
    for name, expected in zip(leaves, oracle, strict=True):
        ours = -rate * found.alignment[name]
        assert (ours - expected).norm() < 1e-6 * expected.norm(), name
        assert bool(expected.any()) or name in step.own, name
