"""Learn where to start: meta-training of an encoder over the main and the auxiliary tasks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch_geometric.data import HeteroData

from ausrec.errors import AusrecError
from ausrec.models.encoder import Encoder
from ausrec.progress import progress
from ausrec.tasks.catalog import main_task
from ausrec.tasks.check_task import tasks_by_name
from ausrec.tasks.task import Task, start_task
from ausrec.training.config import TrainConfig
from ausrec.training.fit import cpu_threads
from ausrec.training.meta_algorithms.algorithms import MetaAlgorithm, draw_episodes, gain_of


def learn_initialisation(
    model: Encoder,
    train: HeteroData,
    tasks: Sequence[str | Task],
    algorithm: MetaAlgorithm,
    config: TrainConfig | None = None,
    *,
    show_progress: bool = True,
) -> pd.DataFrame:
    """Train an encoder's parameters to be a good start for every task.

    Math:    W ← Adam(W, mean over the main and all auxiliary tasks of the algorithm's gradient)

    `fit` then fine-tunes on the main task, from where the model is:

        learn_initialisation(model, train, STRUCTURAL_TASKS, MAML())
        fit(model, train, val)

    Parameters of a task's own keep the values that they start with: what is learned is where
    the encoder starts, and `fit` draws the others again.

    Args:
        model: the encoder; trained in place.
        train: the training graph; tasks given by name read their relation from it.
        tasks: the auxiliary tasks; the main task is one of the tasks to adapt to, too.
        algorithm: `MAML(...)` or `Reptile(...)`, with epochs, inner steps and learning rate.
        config: batch sizes, L2, device and seed, as `fit` reads them.
        show_progress: show a progress bar.

    Returns:
        A row for each epoch and task: query loss `before` and `after` adapting, at the end of the
        epoch. Where they are equal, the inner rate is too small for the algorithm to differ from
        plain training.

    Raises:
        AusrecError: when the parameters cease to be finite, naming the epoch.
    """
    config = config or TrainConfig()
    rng = np.random.default_rng(config.seed)
    generator = torch.Generator().manual_seed(config.seed)
    model.to(config.torch_device())
    main = main_task(model, train, config.sampling, config.loss())
    named = tasks_by_name(main, tasks, train)
    device = config.torch_device()
    own = {
        name: {n: value.to(device) for n, value in start_task(task, model, generator).items()}
        for name, task in named.items()
    }
    optimizer = torch.optim.Adam(model.parameters(), lr=algorithm.learning_rate, fused=True)
    num_samples = main.num_batches(1)
    rows, num_batches = [], main.num_batches(config.batch(num_samples))
    config = config.sized(num_samples)
    with (
        cpu_threads(config.threads),
        progress(range(1, algorithm.epochs + 1), "initialising", show=show_progress) as bar,
    ):
        for epoch in bar:
            for task in named.values():
                task.begin_epoch(epoch, model, rng)
            for _ in range(num_batches):
                episodes = draw_episodes(
                    model, named, config, algorithm.inner_steps, rng, generator, own, num_batches
                )
                parameters = {n: p.detach() for n, p in model.named_parameters()}
                gradient = algorithm.gradient(parameters, episodes)
                for name, parameter in model.named_parameters():
                    parameter.grad = gradient[name]
                optimizer.step()
            parameters = {n: p.detach() for n, p in model.named_parameters()}
            if not all(bool(torch.isfinite(p).all()) for p in parameters.values()):
                raise AusrecError(
                    f"the parameters are not finite after epoch {epoch}: lower the inner rate "
                    f"(now {algorithm.rate}) or the learning rate (now {algorithm.learning_rate})"
                )
            for episode in episodes:
                before, after = gain_of(episode, parameters, algorithm.rate)
                rows.append((epoch, episode.name, float(before), float(after)))
    return pd.DataFrame(rows, columns=["epoch", "task", "before", "after"])
