"""The documents of PostgreSQL: the expressions that read a JSON column, and the numbers in it.

What is no document, or has no such field, gives no row or NULL, and never an error.
"""


class PostgreSQLDocuments:
    """A PostgreSQLDocuments reads JSON."""

    def whole_number(self, expression: str) -> str:
        """Return a cast if the text consists of digits."""
        return f"CASE WHEN ({expression})::text ~ '^[0-9]{{1,18}}$' THEN ({expression})::text::bigint END"

    def json_source(self, column: str, path: str, alias: str) -> str:
        """Return jsonb_path_query. A column that holds JSON as text is one text to it, with no field."""
        return f"jsonb_path_query(to_jsonb({column}), 'strict {path}', '{{}}', true) AS {alias} (document)"

    def json_field(self, alias: str, path: str) -> str:
        """Return the integer at the path, whether it is a number or a text there."""
        return self.whole_number(self.json_text(alias, path))

    def json_text(self, alias: str, path: str) -> str:
        """Return the unquoted value at the path."""
        fields = ",".join(f'"{part}"' for part in path.split(".")[1:])
        return f"({alias}.document #>> '{{{fields}}}')"
