"""The words in the query of a PostgreSQL address: what other tools write, and what it means here.

docs/configuration.md lists them.
"""

from dataclasses import dataclass, field

from terp_seed.backends.address import POSTGRESQL_EXAMPLE, unusable
from terp_seed.backends.address_words import NO, YES, AskedTLS, listed, plain, switch

MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")  # of TLS, from none to the strictest
PREFERRED_SPELLINGS = (
    *("sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding", "search_path", "connect_timeout", "endpoint", "options"),
    *("user", "password", "host", "port", "database"),
)
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
# what a session of ours sets itself, or what has no influence on rows; the server takes them in `options` too
IGNORED_SETTINGS = listed(
    "statementtimeout locktimeout idleintransactionsessiontimeout idlesessiontimeout transactiontimeout applicationname",
    "timezone datestyle intervalstyle clientencoding clientminmessages standardconformingstrings byteaoutput jit workmem",
    "extrafloatdigits",
)
IGNORED = IGNORED_SETTINGS | listed(
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
# what a value means: a mode, or nothing
_MEANINGS = {
    "sslmode": _SSL_MODE,
    "ssl": {**_SSL_MODE, **switch("verify-full", "disable")},
    "tls": {**switch("verify-full", "disable"), "skip-verify": "require", "preferred": "prefer"},
    "sslaccept": {"strict": "verify-full", "accept-invalid-certs": "require"},
    "sslfactory": {"org.postgresql.ssl.nonvalidatingfactory": "require", "org.postgresql.ssl.libpqfactory": ""},
    "usessl": switch("require", "disable"),
    "requiressl": switch("require"),
    "trustservercertificate": switch("require"),
    "ssldisabled": {**dict.fromkeys(YES, "disable"), **dict.fromkeys(NO, "")},
    "sslverifycert": switch("verify-ca"),
    "sslverifyidentity": switch("verify-full"),
    "gssencmode": dict.fromkeys(("disable", "prefer", "allow"), ""),  # Kerberos instead of TLS
}
_FILE_WORDS = {
    **dict.fromkeys(("sslrootcert", "sslca", "serversslcert", "tlscafile"), "sslrootcert"),
    "sslcert": "sslcert",
    "sslkey": "sslkey",
}


@dataclass
class TLS(AskedTLS):
    """A TLS is what the words of one address ask for, in libpq's words."""

    is_default: set[str] = field(default_factory=set)  # the words that count only if no other one does
    order = MODES
    meanings = _MEANINGS
    file_words = _FILE_WORDS
    authority = "sslrootcert"
    joined_by = "-"
    example = f"{POSTGRESQL_EXAMPLE}?sslmode=require"

    def takes(self, word: str, value: str) -> bool:
        """Take a word if it is about TLS, and tell whether it is. Raises BadSetting for a value without a meaning."""
        if plain(word) == "ssl" and value.lower() in YES:  # with sslmode beside it, JDBC and Node take that one
            self.is_default.add(word)
        return super().takes(word, value)

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
        strictest = self.strictest()
        explicit = [mode for word, mode in self.modes.items() if word not in self.is_default]
        strictest = max(explicit, key=MODES.index, default=strictest)
        return {**({"sslmode": strictest} if strictest else {}), **files}
