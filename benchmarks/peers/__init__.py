"""Peers: four ways in which people seed a database today, each as its documentation shows it, and terp_seed.

Each has `seed(url, units)`, which fills TERP's empty tables, whichever the catalogue has: as many rows per table as terp_seed
writes, with a value in each column in which terp_seed writes one, and NULL in the same share of them. Another one, `copy_rows`,
makes no rows: it shows how fast PostgreSQL takes those of terp_seed.
"""
