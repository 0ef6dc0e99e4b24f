"""Search for settings with Optuna, chosen on the validation part alone."""
