"""Benchmarks: terp_seed against the server's own client, and against what people write today. `make bench` runs them."""
