"""The runtime: what seeds/env.py runs, on a connection or as a script."""
