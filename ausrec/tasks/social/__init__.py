"""Social self-supervision: what friends and their triangles tell without labels."""

from ausrec.tasks.social.dsl import DenoisedAlignment
from ausrec.tasks.social.mhcn import MotifInfomax
from ausrec.tasks.social.sept import TriTraining

__all__ = ["DenoisedAlignment", "MotifInfomax", "TriTraining"]
