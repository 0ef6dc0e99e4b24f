"""Grids over strategies, tasks, data sets and seeds, and what they say."""
