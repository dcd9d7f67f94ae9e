"""The columns: how a table's rows are made from what its SeedTable says about each column."""
