"""Entry points: the command line, the server, the gates, the benchmarks."""
