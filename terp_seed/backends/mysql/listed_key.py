"""A listed key as MySQL and MariaDB write it as text, whatever the character set of its columns is."""


def as_key(column: str, kind: str) -> str:
    """Return the expression of a key column's value as text."""
    if kind == "bytes":
        return f"HEX({column})"
    if kind == "moment":
        return f"CAST(CAST({column} AS DATETIME(6)) AS CHAR)"
    return f"REPLACE(CAST({column} AS CHAR), '-', '')" if kind == "uuid" else f"CAST({column} AS CHAR)"


def joined_key(parts: list[str]) -> str:
    """Return the expression that joins texts with commas, with the collation of the recorded keys."""
    joined = f"CONCAT_WS(',', {', '.join(parts)})" if len(parts) > 1 else parts[0]
    return f"CONVERT({joined} USING utf8mb4) COLLATE utf8mb4_bin"
