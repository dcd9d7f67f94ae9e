"""Partitions: what the rows of a partitioned table have to be so that some partition takes them.

A temporary copy has no partitions, so that a CHECK stands for them there.
"""

from terp_seed.sql.dialect import Dialect

# a constraint that is NULL is one of a default partition that has no others beside it: it takes every row
_OF_TREE = """\
SELECT string_agg('(' || pg_get_partition_constraintdef(relid) || ')', ' OR ' ORDER BY relid) AS condition
FROM pg_catalog.pg_partition_tree({}) WHERE isleaf AND level > 0
HAVING every(pg_get_partition_constraintdef(relid) IS NOT NULL)"""

# where rows are spread by a hash, every row has its place, once all the partitions are there
CONDITIONS = f"""\
SELECT c.relname, p.condition FROM pg_catalog.pg_class AS c CROSS JOIN LATERAL ({_OF_TREE.format("c.oid")}) AS p
WHERE c.relkind = 'p' AND NOT c.relispartition AND pg_table_is_visible(c.oid)
  AND position('satisfies_hash_partition' IN p.condition) = 0"""

PARENTS = """\
SELECT c.relname, pg_partition_root(c.oid)::regclass::text FROM pg_catalog.pg_class AS c
WHERE c.relispartition AND c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) ORDER BY 1"""

WITHOUT = """\
SELECT c.relname FROM pg_catalog.pg_class AS c WHERE c.relkind = 'p' AND NOT c.relispartition AND pg_table_is_visible(c.oid)
AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_partition_tree(c.oid) WHERE isleaf AND level > 0)"""


def condition_sql(dialect: Dialect, table: str) -> str:
    """Return the query for the condition of a table's partitions: no row if it has none, or if they take everything."""
    return _OF_TREE.format(f"{dialect.text(dialect.quote(table))}::regclass")
