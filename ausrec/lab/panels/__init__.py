"""Live panels for notebooks: widgets, a text form, and a static HTML twin.

A module a panel, as `ausrec.lab` lists them; each derives from `Panel` (`panel.py`) and stands in
one frame (`frame.py`). `training/` is what panels that train share, `figures/` what panels draw.
"""
