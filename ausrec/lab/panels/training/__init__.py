"""Training inside a panel: its controls, its thread, and its runs side by side."""
