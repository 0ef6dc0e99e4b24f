"""Adversarial tasks: learn against an opponent that makes the samples hard."""

from ausrec.tasks.adversarial.apr import AdversarialRanking
from ausrec.tasks.adversarial.generator_discriminator import GeneratorDiscriminator

__all__ = ["AdversarialRanking", "GeneratorDiscriminator"]
