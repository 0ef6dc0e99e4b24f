"""Views: two encodings of the same users and items, whatever compares them.

data-based: `EdgeDropout`, `NodeDropout`, `RandomWalk`; feature-based: `Noise`; model-based (and
with noise): `NoisyLayers`.
"""

from ausrec.tasks.views.dropped import EdgeDropout, NodeDropout, RandomWalk
from ausrec.tasks.views.noise import Noise, NoisyLayers
from ausrec.tasks.views.views import Views

__all__ = ["EdgeDropout", "NodeDropout", "Noise", "NoisyLayers", "RandomWalk", "Views"]
