"""Speed, memory and truth, measured; `benchmarks/README.md` says how to run each."""
