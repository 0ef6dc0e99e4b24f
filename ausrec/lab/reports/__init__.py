"""Self-contained HTML pages: of a run (`run_report`) and of a grid (`grid_report`)."""
