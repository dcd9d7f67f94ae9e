"""The words in the query of a PostgreSQL address: what other tools write, and what it means here.

docs/configuration.md lists them. A word is compared without its case, hyphens and underscores: sslmode, ssl-mode and ssl_mode
are one.
"""

import json
from dataclasses import dataclass, field

from terp_seed.backends.address import POSTGRESQL_EXAMPLE, unusable

MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")  # of TLS, from none to the strictest
PREFERRED_SPELLINGS = (
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "search_path", "connect_timeout", "endpoint", "options"),
    *("user", "password", "host", "port", "database"),
)
PARTS = {
    "host": "host",
    "port": "port",
    "user": "username",
    "username": "username",
    "password": "password",
    "passwd": "password",
    "database": "database",
    "db": "database",
    "dbname": "database",
}
SOCKETS = ("unixsock", "unixsocket", "socket", "socketpath")
CHARSETS = ("charset", "characterencoding", "encoding", "clientencoding")
SEARCH_PATHS = ("searchpath", "schemasearchpath", "currentschema")
SCHEMA = "schema"  # Prisma's: the name of one, as it is
OPTIONS = "options"
ROUTES = ("endpoint", "project", "reference")  # Neon's, and Supabase's: where its proxy leads, for what shows it no host name
POOLERS = ("supa", "workaround")  # Vercel writes them into Supabase's pooled address, and only there
DIRECT = "the direct address of the database (Neon: the host without -pooler; Supabase: port 5432; DigitalOcean: port 25060)"
BINDINGS = ("disable", "prefer", "require")

_SESSION = "would change the session in which rows are written"
_FILES = "would take settings and passwords from another file"
REFUSED = {
    **dict.fromkeys(("service", "servicefile", "passfile"), _FILES),
    **dict.fromkeys(("role", "sessionauthorization", "replication", "autocommit", "isolationlevel", "readonly"), _SESSION),
    **dict.fromkeys(("defaulttransactionisolation", "defaulttransactionreadonly", "variables", "serversettings"), _SESSION),
    "hostaddr": "leads to another host than the address says",
    "sslpassword": "is the password of a key that cannot be used: the key must have none",
    "sslidentity": "names a PKCS #12 file: a certificate and its key are sslcert and sslkey, two PEM files",
    "sslkeylogfile": "would write the keys of the connection to a file",
}
YES, NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# what a session of ours sets itself, or what has no influence on rows; the server takes them in `options` too
IGNORED_SETTINGS = _listed(
    "statementtimeout locktimeout idleintransactionsessiontimeout idlesessiontimeout transactiontimeout applicationname",
    "timezone datestyle intervalstyle clientencoding clientminmessages standardconformingstrings byteaoutput jit workmem",
    "extrafloatdigits",
)
IGNORED = IGNORED_SETTINGS | _listed(
    # the application's pool and its retries: a run has one connection
    "connectionlimit pooltimeout poolsize maxoverflow poolrecycle poolpreping pool maxidleconnectionlifetime",
    "maxconnectionlifetime connmaxage connhealthchecks poolmaxconns poolminconns poolmaxconnlifetime poolmaxconnidletime",
    "poolmaxconnlifetimejitter poolhealthcheckperiod singleuseconnections maxidletime checkouttimeout reapingfrequency",
    "idletimeout asyncfallback",
    # which of several hosts, and the order: there is one
    "targetsessionattrs targetservertype loadbalancehosts hostrecheckseconds",
    # its other timeouts, in units of its own
    "connecttimeout connectiontimeout timeout acquiretimeout logintimeout sockettimeout querytimeout commandtimeout",
    "readtimeout writetimeout canceltimeout canceltimeoutms cancelsignaltimeout tcpusertimeout tcpkeepalive keepalives",
    "keepalivesidle keepalivesinterval keepalivescount",
    # how it sends statements, and reads what comes back
    "statementcachesize statementcachecapacity descriptioncachecapacity statementcachemode preparedstatements",
    "preparedstatementcachesize preparedstatementcachequeries preparedstatementcachesizemib preparethreshold prepare",
    "preferquerymode defaultqueryexecmode binaryparameters binarytransfer stringtype rewritebatchedinserts executemanymode",
    "usenativehstore disableserversidecursors defaultrowfetchsize assumeminserverversion serverversion autosave",
    "readonlymode advisorylocks minmessages loggerlevel debug trace fallbackapplicationname",
    # what Node's driver, JDBC's and libpq say about how the same TLS is reached
    "uselibpqcompat sslnegotiation sslcompression sslsni",
)

_SSL_MODE = {
    **{mode: mode for mode in MODES},
    **dict.fromkeys(("disabled", *NO), "disable"),
    **dict.fromkeys(("preferred", "allow"), "prefer"),
    **dict.fromkeys(("required", "no-verify", "trust", *YES), "require"),
    "verify-identity": "verify-full",
}


def _switch(on: str, off: str = "") -> dict[str, str]:
    return {**dict.fromkeys(YES, on), **dict.fromkeys(NO, off)}


# what a value means: a mode, or nothing
_MEANINGS = {
    "sslmode": _SSL_MODE,
    "ssl": {**_SSL_MODE, **_switch("verify-full", "disable")},
    "tls": {**_switch("verify-full", "disable"), "skip-verify": "require", "preferred": "prefer"},
    "sslaccept": {"strict": "verify-full", "accept-invalid-certs": "require"},
    "sslfactory": {"org.postgresql.ssl.nonvalidatingfactory": "require", "org.postgresql.ssl.libpqfactory": ""},
    "usessl": _switch("require", "disable"),
    "requiressl": _switch("require"),
    "trustservercertificate": _switch("require"),
    "ssldisabled": {**dict.fromkeys(YES, "disable"), **dict.fromkeys(NO, "")},
    "sslverifycert": _switch("verify-ca"),
    "sslverifyidentity": _switch("verify-full"),
    "gssencmode": dict.fromkeys(("disable", "prefer", "allow"), ""),  # Kerberos instead of TLS
}
_FILE_WORDS = {
    **dict.fromkeys(("sslrootcert", "sslca", "serversslcert", "tlscafile"), "sslrootcert"),
    "sslcert": "sslcert",
    "sslkey": "sslkey",
}
_EXAMPLE = f"as in {POSTGRESQL_EXAMPLE}?sslmode=require"


def plain(word: str) -> str:
    """Return a word as it is compared."""
    return word.lower().replace("-", "").replace("_", "")


@dataclass
class TLS:
    """A TLS is what the words of one address ask for, together."""

    modes: dict[str, str] = field(default_factory=dict)  # by the word that asks for it
    files: dict[str, str] = field(default_factory=dict)
    is_default: set[str] = field(default_factory=set)  # the words that count only if no other one does

    def takes(self, word: str, value: str) -> bool:
        """Take a word if it is about TLS, and tell whether it is. Raises BadSetting for a value without a meaning."""
        if file := _FILE_WORDS.get(plain(word)):
            self.files[file] = value
            return True
        meanings = _MEANINGS.get(plain(word))
        if meanings is None:
            return False
        if plain(word) == "ssl" and value.startswith("{"):
            self._take_json(word, value)
            return True
        mode = meanings.get(value.lower().replace("_", "-"))
        if mode is None:
            expected = MODES if meanings is _SSL_MODE else [each for each in meanings if each not in (*YES[1:], *NO[1:])]
            raise unusable(f"has {word}={value!r}, which is not known", f"one of {', '.join(expected)}, {_EXAMPLE}")
        if mode:
            self.modes[word] = mode
        if plain(word) == "ssl" and value.lower() in YES:  # with sslmode beside it, JDBC and Node take that one
            self.is_default.add(word)
        return True

    def query(self) -> dict[str, str]:
        """Return the words that our engine takes. Raises BadSetting if TLS is both required and switched off."""
        files = dict(self.files)
        if "sslcert" in files and "sslkey" not in files and "sslrootcert" not in files:  # Prisma's word for the authority
            files["sslrootcert"] = files.pop("sslcert")
        for one, other in (("sslcert", "sslkey"), ("sslkey", "sslcert")):
            if one in files and other not in files:
                raise unusable(
                    f"has {one} without {other}", f"both, as in {POSTGRESQL_EXAMPLE}?sslcert=client.pem&sslkey=client.key"
                )
        strictest = max(self.modes.values(), key=MODES.index, default="")
        if "disable" in self.modes.values() and strictest != "disable":
            raise unusable(f"has {' and '.join(self.modes)}, which contradict each other", f"one, {_EXAMPLE}")
        explicit = [mode for word, mode in self.modes.items() if word not in self.is_default]
        strictest = max(explicit, key=MODES.index, default=strictest)
        return {**({"sslmode": strictest} if strictest else {}), **files}

    def _take_json(self, word: str, text: str) -> None:
        """Take the object that Node's drivers have for `ssl`."""
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = {"": None}
        verify, authority = given.pop("rejectUnauthorized", True), given.pop("ca", None)
        if given or not isinstance(verify, bool) or not isinstance(authority, str | None):
            raise unusable(
                f"has {word} as JSON that is not understood", f'only ca and rejectUnauthorized, as in {word}={{"ca":"ca.pem"}}'
            )
        self.modes[word] = "verify-full" if verify else "require"
        self.files |= {"sslrootcert": authority} if authority else {}
