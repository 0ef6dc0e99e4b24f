"""Panels that train in the kernel, or ask a question; they stand on `ausrec.lab.live`.

A module a panel, as `ausrec.lab` lists them. Those that train derive from `TrainingPanel`, and from
`RecipePanel` where they train variants of a recipe.
"""
