"""Live panels for notebooks: widgets, a text form, and a static HTML twin.

A module a panel, as `ausrec.lab` lists them; each derives from `Panel` (`panel.py`). Those that
train derive from `TrainingPanel`, and from `RecipePanel` where they train variants of a recipe.
"""
