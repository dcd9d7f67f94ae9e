"""Addresses: what other tools write is understood or refused in one sentence, and no sentence shows a password."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from terp_seed.backends import connection as database
from terp_seed.backends.mysql import address_words, tls
from terp_seed.errors import BadSetting
from tests.certificates import Authority
from tests.support import Database

AT = "mysql://root:s3cret@host:3306/terp"
VERIFIED = {"ssl-mode": "VERIFY_IDENTITY"}


def refusal(url: str) -> str:
    """Return why an address is refused, and fail if that is not one line with an example."""
    with pytest.raises(BadSetting) as refused:
        database.parse_url(url)
    said = str(refused.value)
    assert "\n" not in said
    assert "s3cret" not in said
    assert ": expected " in said
    assert "sqlite:///" in said or "mysql://" in said or "as in" in said
    return said


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        *((f"{word}=REQUIRED", {"ssl-mode": "REQUIRED"}) for word in ("ssl-mode", "ssl_mode", "sslmode", "sslMode", "SSLMODE")),
        ("sslmode=disable", {"ssl-mode": "DISABLED"}),
        ("sslmode=prefer", {"ssl-mode": "PREFERRED"}),
        ("sslmode=require", {"ssl-mode": "REQUIRED"}),
        ("sslmode=trust", {"ssl-mode": "REQUIRED"}),
        ("sslmode=verify-ca", {"ssl-mode": "VERIFY_CA"}),
        ("sslmode=verify-full&sslrootcert=ca.pem", {**VERIFIED, "ssl-ca": "ca.pem"}),
        ("sslaccept=strict", VERIFIED),
        ("sslaccept=accept_invalid_certs", {"ssl-mode": "REQUIRED"}),
        ("sslaccept=strict&sslcert=ca.pem", {**VERIFIED, "ssl-ca": "ca.pem"}),
        ("ssl=true", VERIFIED),
        ("ssl=false", {"ssl-mode": "DISABLED"}),
        ('ssl={"rejectUnauthorized":true}', VERIFIED),
        ("ssl=%7B%22rejectUnauthorized%22%3Afalse%7D", {"ssl-mode": "REQUIRED"}),
        ('ssl={"ca":"ca.pem"}', {**VERIFIED, "ssl-ca": "ca.pem"}),
        ("tls=true", VERIFIED),
        ("tls=skip-verify", {"ssl-mode": "REQUIRED"}),
        ("tls=preferred", {"ssl-mode": "PREFERRED"}),
        ("tls=false", {"ssl-mode": "DISABLED"}),
        ("useSSL=true", {"ssl-mode": "REQUIRED"}),
        ("useSSL=false", {"ssl-mode": "DISABLED"}),
        ("useSSL=true&requireSSL=true&verifyServerCertificate=true", {"ssl-mode": "VERIFY_CA"}),
        ("useSSL=true&verifyServerCertificate=false", {"ssl-mode": "REQUIRED"}),
        ("trustServerCertificate=true", {"ssl-mode": "REQUIRED"}),
        ("ssl_disabled=true", {"ssl-mode": "DISABLED"}),
        ("ssl_verify_cert=true&ssl_ca=ca.pem", {"ssl-mode": "VERIFY_CA", "ssl-ca": "ca.pem"}),
        ("ssl_verify_identity=true", VERIFIED),
        *((f"{word}=ca.pem", {"ssl-ca": "ca.pem"}) for word in ("ssl-ca", "ssl_ca", "sslca", "sslrootcert", "serverSslCert")),
        ("ssl-cert=c.pem&ssl-key=c.key", {"ssl-cert": "c.pem", "ssl-key": "c.key"}),
        ("connect_timeout=3&read_timeout=60&write_timeout=60", dict(zip(address_words.SECONDS, ("3", "60", "60"), strict=True))),
        ("socketPath=/run/mysqld.sock", {"unix_socket": "/run/mysqld.sock"}),
        ("charset=UTF-8&characterEncoding=utf8&useUnicode=true&collation=utf8mb4_bin", {}),
        ("connection_limit=5&pool_timeout=10&socket_timeout=9&conn_max_age=600", {}),
        ("timezone=Z&serverTimezone=UTC&loc=Local&parseTime=true&dateStrings=true", {}),
        ("connectTimeout=10000&allowPublicKeyRetrieval=true&multiStatements=true", {}),
    ],
)
def test_words_of_other_tools_are_understood(query: str, meant: Mapping[str, str]) -> None:
    assert dict(database.parse_url(f"{AT}?{query}").query) == meant


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is empty"),
        ("nonsense", "is not a valid address"),
        ("mysql:/root:s3cret@host/terp", "is not a valid address"),
        ("mysql://root:s3cret@host:3306", "names no database"),
        ("mysql://root:s3cret@host:3306/", "names no database"),
        ("mysql://root:s3cret@host:3306/%20", "names no database"),
        ("mysql://root:s3cret@host:port/terp", "has a port that is not a number"),
        ("mysql://root:s3cret@host/terp?port=x", "has a port that no server can have"),
        ("mysql://root:s3cret@host:99999/terp", "has a port that no server can have"),
        ("mysql://root:s3cret", "has a port that is not a number"),
        ("mysql://root:s3cret@one,two/terp", "names more than one host"),
        ("mysql://root:s3cret@one:3306,two:3306/terp", "names more than one host"),
        (f"mysql://root:s3cret@{'h' * 64}/terp", "has a host that is not a name"),
        ("mysql://root:s3cret@ho st/terp", "has a host that is not a name"),
        ("mysql://root:se@s3cret@host/terp", "has more than one @"),
        ("mysql://ro/ot:s3cret@host/terp", "has an @ that does not follow a user"),
        ("mysql://root:s3cret@host/te%00rp", "has an encoded control character"),
        ("mysql://root:s3cret@host/terp\n", "has a line break"),
        (" mysql://root:s3cret@host/terp", "begins or ends with a space"),
        ("'mysql://root:s3cret@host/terp'", "begins with a quotation mark"),
        ("jdbc:mysql://host/terp?user=root&password=s3cret", "is a JDBC address"),
        ("root:s3cret@tcp(host:3306)/terp", "is written as for Go's driver"),
        ("mysql://root:s3cret@tcp(host:3306)/terp", "is written as for Go's driver"),
        ("mysql+pyodbc://root:s3cret@host/terp", "names the driver 'pyodbc'"),
        ("file:./dev.db", "is an address of Prisma"),
        ("oracle://root:s3cret@host/terp", "kind 'oracle' are not supported"),
        ("sqlite+aiosqlite:///terp.db", "names the driver 'aiosqlite'"),
        ("sqlite+pysqlcipher://:s3cret@/terp.db", "names the driver 'pysqlcipher'"),
        ("sqlite://terp.db", "has two slashes before the path"),
        ("sqlite:///terp.db?mode=ro", "has the unknown word 'mode'"),
        ("sqlite:///terp.db?ssl", "has a word without a value"),
        ("mysql://host/terp?user=root&password=s3c@ret/x", "has an @ behind its password="),
        ("sqlite:///terp.db?timeout=long", "has timeout='long'"),
        ("sqlite:///file:terp.db?uri=maybe", "has a uri that is neither true nor false"),
        ("sqlite:///te%00rp.db", "has an encoded control character"),
    ],
)
def test_other_addresses_are_refused_with_an_example(url: str, said: str) -> None:
    assert said in refusal(url)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sslmod=REQUIRED", "has the unknown word 'sslmod': expected one of ssl-mode, "),
        ("sslmod=REQUIRED", "Did you mean ssl-mode?"),
        ("read_timout=3", "Did you mean read_timeout?"),
        ("connexion=3", "has the unknown word 'connexion'"),
        ("ssl", "has a word without a value"),
        ("ssl-mode=", "has a word without a value"),
        ("ssl-mode=MAYBE", "has ssl-mode='MAYBE', which is not known: expected one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA,"),
        ("tls=custom", "has tls='custom', which is not known: expected one of true, false"),
        ("sslaccept=true", "expected one of strict, accept_invalid_certs"),
        ('ssl={"key":"k.pem"}', "has ssl as JSON that is not understood"),
        ("ssl={", "has ssl as JSON that is not understood"),
        ("useSSL=false&requireSSL=true", "has useSSL and requireSSL, which contradict each other"),
        ("ssl-key=c.key", "has ssl-key without ssl-cert"),
        ("ssl-mode=REQUIRED&ssl-mode=DISABLED", "has a word of its query twice"),
        ("charset=latin1", "has charset='latin1': expected utf8mb4"),
        ("read_timeout=abc", "has read_timeout='abc': expected a whole number of seconds"),
        ("connect_timeout=0", "expected a whole number of seconds from 1 to 31536000"),
        ("port=3307", "has its port twice"),
        ("password=other", "has its password twice"),
        ("read_default_file=/etc/my.cnf", "has read_default_file, which would take settings and passwords from another file"),
        ("local_infile=1", "has local_infile, which would let the server read files of this machine"),
        ("allowLoadLocalInfile=true", "which would let the server read files of this machine"),
        ("init_command=SET%20x", "has init_command, which would change the session"),
    ],
)
def test_words_without_a_meaning_are_refused(query: str, said: str) -> None:
    assert said in refusal(f"{AT}?{query}")


@pytest.mark.parametrize("driver", ["", "+pymysql", "+mysqldb", "+mysqlconnector", "+aiomysql", "+asyncmy"])
def test_addresses_of_python_applications_are_taken(driver: str) -> None:
    assert database.parse_url(AT.replace("mysql", f"mysql{driver}")).drivername == "mysql+pymysql"


def test_user_and_password_may_be_in_query() -> None:
    url = "mysql://host/terp?user=root&password=s3cret&port=3307"
    assert database.parse_url(url) == make_url("mysql+pymysql://root:s3cret@host:3307/terp")
    assert database.label(url) == "mysql+pymysql://root:***@host:3307/terp"
    assert "s3c" not in refusal("mysql://host/terp?passwd=a&s3c=ret").replace("s3cret", "")


def test_path_of_a_file_may_have_any_character() -> None:
    assert database.parse_url("sqlite:///a@b(1), c:d@e.db?timeout=5&check_same_thread=false").database == "a@b(1), c:d@e.db"


def test_command_refuses_an_address_without_a_database() -> None:
    terp = Database("mysql://root:s3cret@host:3306", "mysql")
    said = "DATABASE_URL names no database: expected its name after the host, as in mysql://user:password@host:3306/database."
    for command in ("upgrade", "downgrade", "purge"):
        result = terp.cli(command, "--force")
        assert (result.exit_code, result.stderr) == (2, f"Error: {said}\n")
    ran = terp.alembic("-n", "seed", "upgrade", "head")
    assert (ran.code, ran.out) == (255, f"FAILED: {said}\n")


def test_authority_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    broken, missing, folder = tmp_path / "broken.pem", tmp_path / "missing.pem", tmp_path
    broken.write_text("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")
    (tmp_path / "empty.pem").write_text("no certificate")
    for given, said in (
        (str(broken), "is not a certificate"),
        (broken.read_text(), "DATABASE_CA_CERT is not a certificate"),
        (str(tmp_path / "empty.pem"), "is not a certificate"),
        (str(missing), "is not a file"),
        (str(folder), "is not a file"),
        ("x" * 5_000, "DATABASE_CA_CERT cannot be read"),
        ("a\0b", "DATABASE_CA_CERT "),
        ("-----BEGIN PRIVATE KEY-----\ns3cret", "DATABASE_CA_CERT is not a certificate"),
        ("-----BEGIN CERTIFICATE-----é", "DATABASE_CA_CERT is not a certificate"),
    ):
        with pytest.raises(BadSetting, match="expected the path of a PEM file, or its text") as refused:
            tls.arguments({}, given)
        assert said in str(refused.value)
        assert "s3cret" not in str(refused.value)
        assert "\n" not in str(refused.value)
    with pytest.raises(BadSetting, match=r"ssl-ca in DATABASE_URL '.*missing\.pem' is not a file"):
        tls.arguments({"ssl-ca": str(missing)}, None)


def test_certificates_of_an_address_are_loaded(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "good")
    certificate, key, _ = (option.partition("=")[2] for option in authority.server_options("client"))
    for words, given in (({"ssl-ca": str(authority.path)}, None), ({}, authority.path.read_text().replace("\n", "\\n"))):
        assert tls.arguments(words, given)["ssl"].cert_store_stats()["x509"] == 1
    assert tls.arguments({"ssl-cert": certificate, "ssl-key": key}, None)["ssl"]
    with pytest.raises(BadSetting, match="ssl-cert and ssl-key in DATABASE_URL are not a certificate and its key"):
        tls.arguments({"ssl-cert": certificate, "ssl-key": str(authority.path)}, None)
    assert tls.arguments({"ssl-mode": "DISABLED"}, "no matter") == {"ssl_disabled": True}
