"""Figures that one panel draws, made of those in `ausrec.lab.plots`."""
