"""The rows: generated from a recipe, and turned into the statements that insert them."""
