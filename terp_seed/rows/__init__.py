"""The rows: made from a recipe, ahead of the statement that inserts them."""
