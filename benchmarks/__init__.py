"""Speed and memory, as ratios measured in one run; `benchmarks/README.md` says how to run each."""
