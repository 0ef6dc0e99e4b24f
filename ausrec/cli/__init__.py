"""The command line: `ausrec demo|data|train|evaluate|recommend|report|doctor`."""
