"""Counters: the sequences behind ids, which no INSERT with an id of its own advances.

A counter only goes forward, and never while an application may be given the number that it skips to.
"""

from collections.abc import Mapping

from terp_seed.backends.postgresql.blocks import do
from terp_seed.sql.catalogue import chosen
from terp_seed.sql.dialect import Dialect

_WAITS_SECONDS = 50  # for transactions that may hold an id of the block
_NEAR = 1_000  # numbers between the counter and a block that transactions may have been given since
# numbers that are taken one by one, in a third of a second: a counter that is set goes back if others have come further meanwhile
_ONE_BY_ONE = 1_000_000

# the sequences behind each column of each table: those that it owns, and those of its default
SEQUENCES = """\
SELECT s.seqrelid, s.seqincrement, s.seqcache, s.seqmax, a.attrelid, a.attnum
  FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_depend AS d
  ON d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
  JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = d.objid
UNION SELECT s.seqrelid, s.seqincrement, s.seqcache, s.seqmax, f.adrelid, f.adnum
  FROM pg_catalog.pg_attrdef AS f JOIN pg_catalog.pg_depend AS d
  ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
  JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = d.refobjid"""

# and those that a default names in a text, as in nextval(('orders_seq'::text)::regclass): nothing depends on them
LATE_SEQUENCES = """\
SELECT s.seqrelid, s.seqincrement, s.seqcache, s.seqmax, f.adrelid, f.adnum
  FROM pg_catalog.pg_attrdef AS f JOIN pg_catalog.pg_sequence AS s ON s.seqrelid =
    to_regclass(substring(pg_get_expr(f.adbin, f.adrelid) FROM '^nextval[(][(]''([^'']+)''::text[)]::regclass[)]$'))"""

_AT = "SELECT CASE WHEN is_called THEN last_value ELSE last_value - $1 END FROM %s"
# a row that is inserted into a partition is one of its table
_OF_TABLE = "(relation = kept.name OR relation IN (SELECT relid FROM pg_catalog.pg_partition_tree(kept.name)))"
_WRITERS = (
    f"SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'relation' AND {_OF_TABLE} AND granted\n"
    "  AND mode = 'RowExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())\n"
    "  AND virtualtransaction = ANY (writers)"
)
# one of them waits for us in its turn, which the server does not see: this is no wait for a lock
_BLOCKED = (
    "SELECT 1 FROM pg_catalog.pg_locks WHERE NOT granted AND virtualtransaction = ANY (writers)"
    " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
)
_DEADLOCK = "A transaction that this one waits for waits for this one."
_OF_DOMAIN = (
    "SELECT 1 FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid"
    " WHERE a.attrelid = kept.name AND t.typdefault IS NOT NULL AND NOT a.atthasdef AND a.attidentity = ''"
)
_DOMAIN = "The key of % has the default of a domain: expected an identity, a serial, or nextval() of a sequence of its own."
_BEYOND = "The id % of % would exceed the sequence %, which ends at %. Nothing of this table was written."
_CYCLES = "The sequence % began again (CYCLE): expected one that rises. Nothing of this table was written."
_LATE = "Transactions of others have written to % for 50 seconds: expected them to end. Nothing of this table was written."


def keep_free(dialect: Dialect, blocks: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Return the block that advances the counters of some tables past the last ids, which are expressions like the first ones.

    Where ids begin below the counter, or others were given some of them meanwhile, it then waits for the transactions that are
    writing to the table: they may hold a number that they were given before. One that begins later gets a number after the
    last id.
    """
    if not blocks:
        return ()
    text = dialect.text
    sequences = f"{SEQUENCES}\nUNION {LATE_SEQUENCES}" if dialect.names.late & {*blocks} else SEQUENCES
    oids = {table: f"{text(dialect.quote(table))}::regclass::oid" for table in blocks}
    rows = ",\n  ".join(f"({oids[table]}, ({first})::bigint, ({last})::bigint)" for table, (first, last) in blocks.items())
    column = chosen({oid: text(dialect.names.key_of(table)) for table, oid in oids.items()}, "kept.name")
    body = (
        f"FOR kept IN SELECT * FROM (VALUES\n  {rows}) AS v (name, first_id, last_id) WHERE last_id >= first_id LOOP\n"
        f"IF EXISTS ({_OF_DOMAIN} AND a.attname = {column}) THEN RAISE EXCEPTION {text(_DOMAIN)}, kept.name::regclass; END IF;\n"
        f"FOR counter IN SELECT * FROM ({sequences}) AS s WHERE s.attrelid = kept.name AND s.attnum = "
        f"(SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = kept.name AND attname = {column}) LOOP\n"
        f"EXECUTE format({text(_AT)}, counter.seqrelid::regclass) INTO at USING counter.seqincrement;\n"
        f"IF kept.last_id > counter.seqmax THEN RAISE EXCEPTION {text(_BEYOND)}, kept.last_id, kept.name::regclass,"
        " counter.seqrelid::regclass, counter.seqmax; END IF;\n"
        "below := at; shared := false;\n"
        f"IF at + {_ONE_BY_ONE} * counter.seqincrement * counter.seqcache < kept.last_id THEN\n"
        "at := setval(counter.seqrelid::regclass, at + (kept.last_id - at + counter.seqincrement - 1) / counter.seqincrement\n"
        "  * counter.seqincrement); shared := true; END IF;\n"
        "WHILE at < kept.last_id LOOP before := at; at := nextval(counter.seqrelid::regclass);\n"
        f"IF at <= before THEN RAISE EXCEPTION {text(_CYCLES)}, counter.seqrelid::regclass; END IF;\n"
        # the numbers between two of ours are others'
        "shared := shared OR at > before + counter.seqincrement AND at > kept.first_id; END LOOP;\n"
        f"IF shared OR below + {_NEAR} > kept.first_id OR kept.first_id <= {_NEAR} THEN\n"
        f"SELECT array_agg(virtualtransaction) INTO writers FROM pg_catalog.pg_locks WHERE {_OF_TABLE}"
        " AND mode = 'RowExclusiveLock';\n"
        f"give_up := clock_timestamp() + interval '{_WAITS_SECONDS} seconds';\n"
        f"WHILE EXISTS ({_WRITERS}) LOOP\n"
        f"IF clock_timestamp() > give_up THEN RAISE EXCEPTION {text(_LATE)}, kept.name::regclass\n"
        "  USING ERRCODE = 'lock_not_available'; END IF;\n"
        f"IF EXISTS ({_BLOCKED}) THEN RAISE EXCEPTION {text(_DEADLOCK)} USING ERRCODE = 'deadlock_detected'; END IF;\n"
        "PERFORM pg_sleep(0.05); END LOOP; END IF;\n"
        "END LOOP; END LOOP"
    )
    numbers = "at bigint; before bigint; below bigint; shared boolean"
    return (do(body, f"kept record; counter record; {numbers}; writers text[]; give_up timestamptz"),)
