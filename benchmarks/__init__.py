"""Speed, memory, quality and truth, measured; `benchmarks/README.md` says how to run each."""
