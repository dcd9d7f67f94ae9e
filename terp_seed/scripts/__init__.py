"""The scripts: what surrounds the statements of an offline run."""
