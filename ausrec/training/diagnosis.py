"""Measurements of a step that training does not need."""

import math

from ausrec.weighting.directions import inner
from ausrec.weighting.reduction import MAIN, Weights, mean_weights
from ausrec.weighting.step import Step


def entropy(weights: Weights) -> float:
    """Return the entropy of the tasks' shares of the total weight, in nats.

    Math:    −Σ_t p_t ln p_t,  p_t = λ_t / Σ λ.  ln T for equal weights, 0 for a single task.
    """
    means = [max(weight, 0.0) for weight in mean_weights(weights).values()]
    total = sum(means)
    if total == 0:
        return 0.0
    return -sum(weight / total * math.log(weight / total) for weight in means if weight > 0)


def gradient_cosines(step: Step) -> dict[tuple[str, str], float]:
    """Compare each task's gradient with the gradient of the meta loss, at W.

    Math:    cos_t = ⟨g_t, v⟩ / (‖g_t‖ ‖v‖),  g_t = ∇ mean_i ℓ_ti,  v = ∇L_meta,
             over the encoder's parameters: what a task asks of its own concerns nobody else.

    Returns:
        `cosine` and `gradient_norm` by task.
    """
    parameters = {name: value.detach() for name, value in step.parameters.items()}
    _, meta = step.meta_gradient(parameters)
    meta_norm = inner(meta, meta).sqrt()
    found = {}
    for name, of_task in step.task_gradients(dict.fromkeys(step.tasks, step.l2)):
        gradient = {shared: of_task[shared] for shared in step.encoder_parameters}
        norm = inner(gradient, gradient).sqrt()
        found["gradient_norm", name] = float(norm)
        if name != MAIN:
            cosine = inner(gradient, meta) / (norm * meta_norm).clamp_min(1e-30)
            found["cosine", name] = float(cosine)
    return found
