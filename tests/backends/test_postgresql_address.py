"""Addresses of PostgreSQL: those of providers and other tools are understood or refused in one sentence, without a password."""

import json
import sys
from collections.abc import Mapping
from random import Random
from urllib.parse import quote

import pytest
from sqlalchemy.engine import URL, make_url

from terp_seed.backends import address
from terp_seed.backends.postgresql import engine, tls
from terp_seed.backends.postgresql.address import normalized
from terp_seed.errors import BadSetting
from tests.passwords import Password

AT = "postgresql://terp:s3cret@host:5432/terp"
FULL = {"sslmode": "verify-full"}
NEON = "ep-cool-night-123456"


def read(url: str) -> URL:
    return normalized(address.read(url))


def refusal(url: str) -> str:
    """Return why an address is refused, and fail if that is not one line with an example."""
    with pytest.raises(BadSetting) as refused:
        read(url)
    said = str(refused.value)
    assert "\n" not in said
    assert "s3cret" not in said
    assert ": expected " in said
    assert "postgresql://" in said or "as in ssl=" in said or said.endswith("=30.")
    assert "mysql" not in said or "mysql://user:password@host:3306/database, postgresql://" in said
    return said


@pytest.mark.parametrize(
    ("url", "host", "port", "database", "query"),
    [
        ("postgresql://terp:s3cret@host/terp", "host", None, "terp", {}),
        ("postgres://terp:s3cret@ec2-1.compute-1.amazonaws.com:5432/d8k", "ec2-1.compute-1.amazonaws.com", 5432, "d8k", {}),
        (
            "postgresql://terp:s3cret@db-1-do-user-1-0.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require",
            *("db-1-do-user-1-0.b.db.ondigitalocean.com", 25060, "defaultdb", {"sslmode": "require"}),
        ),
        (
            "postgresql://terp:s3cret@terp.abc.eu-west-1.rds.amazonaws.com:5432/terp?sslmode=verify-full&sslrootcert=rds.pem",
            *("terp.abc.eu-west-1.rds.amazonaws.com", 5432, "terp", {**FULL, "sslrootcert": "rds.pem"}),
        ),
        (
            f"postgresql://terp:s3cret@{NEON}.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require",
            *(f"{NEON}.eu-central-1.aws.neon.tech", None, "neondb", {"sslmode": "require", "channel_binding": "require"}),
        ),
        (
            f"postgres://terp:s3cret@{NEON}.neon.tech/neondb?options=endpoint%3D{NEON}&sslmode=require",
            *(f"{NEON}.neon.tech", None, "neondb", {"sslmode": "require", "endpoint": NEON}),
        ),
        (
            "postgresql://postgres:s3cret@db.abcdef.supabase.co:5432/postgres",
            *("db.abcdef.supabase.co", 5432, "postgres", {}),
        ),
        (
            "postgres://postgres.abcdef:s3cret@aws-0-eu-west-1.pooler.supabase.com:5432/postgres?sslmode=require",
            *("aws-0-eu-west-1.pooler.supabase.com", 5432, "postgres", {"sslmode": "require"}),
        ),
        ("postgresql://terp:s3cret@[::1]:5433/terp", "::1", 5433, "terp", {}),
        ("postgresql://host/terp?user=terp&password=s3cret&port=5433", "host", 5433, "terp", {}),
        ("postgresql://terp:s3cret@host?dbname=terp", "host", None, "terp", {}),
    ],
)
def test_addresses_of_providers_are_understood(
    url: str, host: str, port: int | None, database: str, query: dict[str, str]
) -> None:
    found = read(url)
    assert (found.drivername, found.password) == ("postgresql+psycopg", "s3cret")
    assert (found.host, found.port, found.database, dict(found.query)) == (host, port, database, query)
    assert "s3cret" not in found.render_as_string()


@pytest.mark.parametrize(
    ("url", "folder", "port"),
    [
        ("postgresql:///terp?host=/var/run/postgresql", "/var/run/postgresql", None),
        ("postgresql://terp@/terp?host=/var/run/postgresql&port=5433", "/var/run/postgresql", 5433),
        ("postgresql://terp@:5433/terp?host=/tmp", "/tmp", 5433),
        ("postgresql://%2Fvar%2Frun%2Fpostgresql/terp", "/var/run/postgresql", None),
        ("postgresql://terp:s3cret@localhost/terp?host=/cloudsql/project:region:terp", "/cloudsql/project:region:terp", None),
        ("postgresql+pg8000://terp@/terp?unix_sock=/cloudsql/p:r:t/.s.PGSQL.5432", "/cloudsql/p:r:t", 5432),
        ("postgresql:///terp", None, None),
    ],
)
def test_sockets_are_named_by_their_folder(url: str, folder: str | None, port: int | None) -> None:
    found = read(url)
    assert (found.host, found.port, found.database, found.query.get("host")) == (None, port, "terp", folder)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        *((f"{word}=REQUIRED", {"sslmode": "require"}) for word in ("ssl-mode", "ssl_mode", "sslmode", "sslMode", "SSLMODE")),
        ("sslmode=disable", {"sslmode": "disable"}),
        ("sslmode=allow", {"sslmode": "prefer"}),
        ("sslmode=prefer", {"sslmode": "prefer"}),
        ("sslmode=no-verify", {"sslmode": "require"}),
        ("sslmode=verify-ca&sslrootcert=ca.pem", {"sslmode": "verify-ca", "sslrootcert": "ca.pem"}),
        ("sslmode=verify-full&sslrootcert=system", {**FULL, "sslrootcert": "system"}),
        ("ssl-mode=VERIFY_CA&ssl-ca=ca.pem", {"sslmode": "verify-ca", "sslrootcert": "ca.pem"}),
        ("ssl_mode=VERIFY_IDENTITY", FULL),
        ("sslaccept=strict", FULL),
        ("sslmode=require&sslaccept=strict&sslcert=ca.pem", {**FULL, "sslrootcert": "ca.pem"}),
        ("sslmode=prefer&sslaccept=accept_invalid_certs", {"sslmode": "require"}),
        ("ssl=true", FULL),
        ("ssl=false", {"sslmode": "disable"}),
        ("ssl=require", {"sslmode": "require"}),
        ("ssl=no-verify", {"sslmode": "require"}),
        ("ssl=true&sslmode=require", {"sslmode": "require"}),
        ("ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory", {"sslmode": "require"}),
        ('ssl={"rejectUnauthorized":false}', {"sslmode": "require"}),
        ("ssl=" + quote(json.dumps({"ca": "ca.pem"})), {**FULL, "sslrootcert": "ca.pem"}),
        ("uselibpqcompat=true&sslmode=require&sslnegotiation=direct&gssencmode=disable", {"sslmode": "require"}),
        ("tls=skip-verify", {"sslmode": "require"}),
        ("useSSL=false", {"sslmode": "disable"}),
        ("sslcert=c.pem&sslkey=c.key", {"sslcert": "c.pem", "sslkey": "c.key"}),
        ("schema=public", {"search_path": '"public"'}),
        ("schema=My%22App", {"search_path": '"My""App"'}),
        ("currentSchema=app,public", {"search_path": "app,public"}),
        ('search_path="$user", app', {"search_path": '"$user", app'}),
        ("options=-csearch_path%3Dapp", {"search_path": "app"}),
        ("options=-csearch_path%3D%22My%5C%20App%22", {"search_path": '"My App"'}),
        ("options=--search-path%3Dapp%20-c%20statement_timeout%3D5s", {"search_path": "app"}),
        (f"options=endpoint%3D{NEON}%20-c%20search_path%3Dapp", {"search_path": "app", "endpoint": NEON}),
        ("options=reference%3Dabcdef", {"reference": "abcdef"}),
        (f"endpoint={NEON}", {"endpoint": NEON}),
        ("connect_timeout=3", {"connect_timeout": "3"}),
        ("channel_binding=prefer", {"channel_binding": "prefer"}),
        ("pgbouncer=false&connection_limit=5&pool_timeout=10&socket_timeout=9&conn_max_age=600&statement_cache_size=0", {}),
        ("prepareThreshold=0&reWriteBatchedInserts=true&ApplicationName=terp&targetServerType=primary&loginTimeout=9", {}),
        ("application_name=terp&statement_timeout=5000&keepalives=1&target_session_attrs=read-write&tcp_user_timeout=9", {}),
        ("pool_max_conns=9&default_query_exec_mode=exec&TimeZone=Europe/Berlin&binary_parameters=yes", {}),
        ("pool=5&encoding=unicode&prepared_statements=false&client_encoding=utf8&charset=utf8mb4&serverVersion=16", {}),
    ],
)
def test_words_of_other_tools_are_understood(query: str, meant: Mapping[str, str]) -> None:
    assert dict(read(f"{AT}?{query}").query) == meant


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://terp:s3cret@host:5432", "names no database"),
        ("postgres://terp:s3cret@host:5432/", "names no database"),
        ("postgresql://terp:s3cret@host:5432/%20", "names no database"),
        ("postgresql://terp:s3cret@host:port/terp", "has a port that is not a number"),
        ("postgresql://terp:s3cret@host/terp?port=x", "has a port that no server can have"),
        ("postgresql://terp:s3cret@host:99999/terp", "has a port that no server can have"),
        ("postgresql://terp:s3cret", "has a port that is not a number"),
        ("postgresql://terp:s3cret@one,two/terp", "names more than one host"),
        ("postgresql://terp:s3cret@one:5432,two:5432/terp", "names more than one host"),
        ("postgresql://terp:s3cret@/terp?host=one,two", "names more than one host"),
        ("postgresql://terp:s3cret@/terp?host=one&host=two", "has a word of its query twice"),
        ("postgresql://terp:s3cret@/terp?host=/tmp,/run", "has a socket that is not a path"),
        ("postgresql://terp:s3cret@/terp?host=/tmp%0A", "has an encoded control character"),
        ("postgresql://host/?user=te%01rp&password=s3cret&dbname=terp", "has an encoded control character"),
        ("postgresql://terp:s3cret@host:0/terp", "has a port that no server can have"),
        ("postgresql://terp:s3cret@host/terp?host=/tmp", "has its host twice"),
        ("postgresql://terp:s3cret@localhost/terp?host=other", "has its host twice"),
        (f"postgresql://terp:s3cret@{'h' * 64}/terp", "has a host that is not a name"),
        ("postgresql://terp:s3cret@ho%20st/terp", "has a host that is not a name"),
        ("postgresql://terp:se@s3cret@host/terp", "has more than one @"),
        ("postgresql://te/rp:s3cret@host/terp", "has an @ that does not follow a user"),
        ("postgresql://terp:s3cret@host/te%00rp", "has an encoded control character"),
        ("postgresql://terp:s3cret%00x@host/terp", "has an encoded zero byte"),
        ("postgresql://terp:s3cret@host/terp?search_path=a%00b", "has an encoded zero byte"),
        (f"postgresql://terp:s3cret@host/{'d' * 64}", "has a database whose name cannot be read with certainty"),
        ("postgresql://terp:s3cret@host/terp/other", "has a database whose name cannot be read with certainty"),
        ("postgresql://terp:s3cret@host/terp\n", "has a line break"),
        (" postgresql://terp:s3cret@host/terp", "begins or ends with a space"),
        ("'postgres://terp:s3cret@host/terp'", "begins with a quotation mark"),
        ("jdbc:postgresql://host/terp?user=terp&password=s3cret", "is a JDBC address"),
        ("postgresql://host/terp?user=terp&password=s3c@ret/x", "has an @ behind its password="),
        ("postgresql+pyodbc://terp:s3cret@host/terp", "names the driver 'pyodbc'"),
        (f"postgresql://terp:s3cret@{NEON}-pooler.eu-central-1.aws.neon.tech/neondb", "is that of a connection pooler"),
        ("postgres://terp:s3cret@aws-0-eu.pooler.supabase.com:6543/postgres", "is that of a connection pooler"),
        ("postgresql://terp:s3cret@db.abcdef.supabase.co:6543/postgres", "is that of a connection pooler"),
        ("host=localhost dbname=terp password=s3cret", "is not a valid address"),
    ],
)
def test_other_addresses_are_refused_with_an_example(url: str, said: str) -> None:
    assert said in refusal(url)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sslmod=require", "has the unknown word 'sslmod': expected one of sslmode, "),
        ("sslmod=require", "Did you mean sslmode?"),
        ("connect_timout=3", "Did you mean connect_timeout?"),
        ("wh%20at=3", "has an unknown word in its query"),
        ("ssl", "has a word without a value"),
        ("sslmode=", "has a word without a value"),
        ("sslmode=maybe", "has sslmode='maybe', which is not known: expected one of disable, prefer, require, verify-ca, verify"),
        ("tls=custom", "has tls='custom', which is not known: expected one of true, false"),
        ("sslaccept=true", "expected one of strict, accept-invalid-certs"),
        ("gssencmode=require", "has gssencmode='require', which is not known"),
        ("channel_binding=maybe", "has channel_binding='maybe', which is not known: expected one of disable, prefer, require"),
        ('ssl={"key":"k.pem"}', "has ssl as JSON that is not understood"),
        ("ssl={", "has ssl as JSON that is not understood"),
        ("ssl=false&sslmode=require", "has ssl and sslmode, which contradict each other"),
        ("sslkey=c.key", "has sslkey without sslcert"),
        ("sslrootcert=ca.pem&sslcert=c.pem", "has sslcert without sslkey"),
        ("sslmode=require&sslmode=disable", "has a word of its query twice"),
        ("charset=latin1", "has charset='latin1': expected utf8"),
        ("connect_timeout=abc", "has connect_timeout='abc': expected a whole number of seconds"),
        ("port=5433", "has its port twice"),
        ("password=other", "has its password twice"),
        ("schema=a&currentSchema=b", "has its search_path twice"),
        ("options=-csearch_path%3Done%5C%20two,public", "has a search_path that is not a list of schemas"),
        ("search_path=a,,b", "has a search_path that is not a list of schemas"),
        ("options=-crole%3Dother", "has options that would change the session in which rows are written"),
        ("options=-c%20session_replication_role%3Dreplica", "has options that would change the session"),
        ("options=-c", "has options that are not understood"),
        ("options=-d%205", "has options that are not understood"),
        ("options=endpoint%3D", "has an unusable endpoint"),
        ("options=endpoint%3Da%5C%20-crole%3Db", "has an unusable endpoint"),
        (
            "pgbouncer=true",
            "has pgbouncer, as the address of a connection pooler has: expected the direct address of the database",
        ),
        ("pgbouncer=true", "Neon: the host without -pooler; Supabase: port 5432; DigitalOcean: port 25060"),
        ("supa=base-pooler.x", "has supa, as the address of a connection pooler has"),
        ("service=terp", "has service, which would take settings and passwords from another file"),
        ("passfile=/etc/pgpass", "has passfile, which would take settings and passwords from another file"),
        ("hostaddr=10.0.0.1", "has hostaddr, which leads to another host than the address says"),
        ("role=other", "has role, which would change the session"),
        ("readOnly=true", "has readOnly, which would change the session"),
        ("replication=database", "has replication, which would change the session"),
        ("sslpassword=other", "has sslpassword, which is the password of a key that cannot be used"),
        ("sslidentity=id.p12", "has sslidentity, which names a PKCS #12 file"),
    ],
)
def test_words_without_a_meaning_are_refused(query: str, said: str) -> None:
    assert said in refusal(f"{AT}?{query}")


@pytest.mark.parametrize("driver", ["", "+psycopg", "+psycopg_async", "+psycopg2", "+asyncpg", "+pg8000"])
def test_addresses_of_python_applications_are_taken(driver: str) -> None:
    assert read(AT.replace("postgresql", f"postgresql{driver}")) == make_url(AT).set(drivername="postgresql+psycopg")
    assert read(AT.replace("postgresql", f"postgres{driver}")).drivername == "postgresql+psycopg"


def test_500_passwords_are_in_no_message() -> None:
    random = Random(18)
    refused = 0
    for _ in range(500):
        password = Password.draw(random)
        url = password.address(random, "127.0.0.1:5432").replace("mysql", "postgresql").replace("sqlite", "postgres")
        try:
            said = read(url).set(query={}).render_as_string()
        except BadSetting as error:
            said, refused = str(error), refused + 1
        assert not password.is_in(said), url
    assert 50 < refused < 450


def test_password_in_the_query_hides_unknown_words() -> None:
    assert "s3c" not in refusal("postgresql://host/terp?password=a&s3c=ret").replace("s3cret", "")


def test_missing_driver_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        BadSetting, match=r"psycopg is not installed: expected it, with `pip install 'terp-seed\[postgresql\]'`\.$"
    ):
        engine.engine_for(read(AT), None)


def test_engine_leads_only_where_the_address_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_SOCKET_FOLDERS", ("/nowhere", "/nothing"))
    taken = engine._arguments(read("postgresql:///terp"), {})
    assert (taken["host"], taken["hostaddr"], taken["port"], taken["options"]) == ("/nowhere", "", 5432, "")
    address = read(f"{AT}?options=endpoint%3D{NEON}&connect_timeout=3&channel_binding=require")
    taken = engine._arguments(address, {word: str(value) for word, value in address.query.items()})
    assert (taken["host"], taken["options"]) == ("host", f"endpoint={NEON}")
    assert (taken["connect_timeout"], taken["channel_binding"]) == (3, "require")


def test_authorities_of_the_machine_need_the_name() -> None:
    for words in ({"sslmode": "verify-ca"}, {"sslmode": "verify-full"}, {"sslrootcert": "system"}):
        assert tls.TLS.of(words, None).arguments["sslmode"] == "verify-full"
    assert tls.TLS.of({"sslmode": "require"}, None).arguments == {"sslmode": "require"}
    assert tls.TLS.of({}, None).arguments == {}
