"""The runtime: what seeds/env.py runs, online and as a script."""
