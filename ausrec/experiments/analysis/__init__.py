"""What a finished grid says: comparisons, ranks, verdicts in words, tables."""
