"""The words in the query of a MySQL or MariaDB address: what other tools write, and what it means here.

docs/configuration.md lists them.
"""

from dataclasses import dataclass

from terp_seed.backends.address import EXAMPLE, unusable
from terp_seed.backends.address_words import NO, YES, AskedTLS, listed, switch

MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")  # of TLS, from none to the strictest
PREFERRED_SPELLINGS = ("ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "unix_socket", "user", "password", "host", "port", "database")
SECONDS = ("connect_timeout", "read_timeout", "write_timeout")  # in this spelling: connectTimeout has milliseconds
SOCKETS = ("unixsocket", "socket", "socketpath")
CHARSETS = ("charset", "characterencoding", "encoding")
_FILES = "would let the server read files of this machine"
_SESSION = "would change the session in which rows are written"
REFUSED = {
    **dict.fromkeys(("readdefaultfile", "readdefaultgroup"), "would take settings and passwords from another file"),
    **dict.fromkeys(("localinfile", "allowloadlocalinfile", "allowlocalinfile", "allowallfiles"), _FILES),
    **dict.fromkeys(("initcommand", "sqlmode", "sessionvariables", "autocommit", "clientflag", "isolationlevel"), _SESSION),
    **dict.fromkeys(("allowcleartextpasswords", "enablecleartextplugin"), "would send the password unencrypted"),
}
IGNORED = listed(
    # the application's pool and its retries: a run has one connection
    "connectionlimit pooltimeout poolsize maxoverflow poolrecycle poolpreping maxidletime queuelimit waitforconnections",
    "connmaxage connhealthchecks statementcachesize autoreconnect reconnect maxreconnects failoverreadonly pool",
    # its other timeouts, in units of its own
    "connecttimeout connectiontimeout acquiretimeout sockettimeout timeout readtimeout writetimeout",
    # how it reads values: a session of ours is in UTC, and its text in utf8mb4
    "timezone servertimezone connectiontimezone forceconnectiontimezonetosession uselegacydatetimecode loc parsetime",
    "timetruncate datestrings supportbignumbers bignumberstrings decimalnumbers zerodatetimebehavior tinyint1isbit",
    "useunicode collation connectioncollation",
    # how it sends statements
    "multistatements allowmultiqueries rewritebatchedstatements interpolateparams columnswithalias clientfoundrows",
    "useserverprepstmts cacheprepstmts prepstmtcachesize prepstmtcachesqllimit maxallowedpacket compress usecompression",
    "checkconnliveness allowpublickeyretrieval allownativepasswords debug trace flags",
)

_SSL_MODE = {
    **{mode.lower(): mode for mode in MODES},
    **dict.fromkeys(("disable", *NO), "DISABLED"),
    **dict.fromkeys(("prefer", "allow"), "PREFERRED"),
    **dict.fromkeys(("require", "trust", *YES), "REQUIRED"),
    "verify_full": "VERIFY_IDENTITY",
}
# what a value means: a mode, or nothing
_MEANINGS = {
    "sslmode": _SSL_MODE,
    "tls": {**switch("VERIFY_IDENTITY", "DISABLED"), "skip_verify": "REQUIRED", "preferred": "PREFERRED"},
    "sslaccept": {"strict": "VERIFY_IDENTITY", "accept_invalid_certs": "REQUIRED"},
    "ssl": switch("VERIFY_IDENTITY", "DISABLED"),
    "usessl": switch("REQUIRED", "DISABLED"),
    "requiressl": switch("REQUIRED"),
    "verifyservercertificate": switch("VERIFY_CA"),
    "trustservercertificate": switch("REQUIRED"),
    "ssldisabled": {**dict.fromkeys(YES, "DISABLED"), **dict.fromkeys(NO, "")},
    "sslverifycert": switch("VERIFY_CA"),
    "sslverifyidentity": switch("VERIFY_IDENTITY"),
}
_FILE_WORDS = {
    **dict.fromkeys(("sslca", "sslrootcert", "serversslcert", "tlscafile"), "ssl-ca"),
    "sslcert": "ssl-cert",
    "sslkey": "ssl-key",
}


@dataclass
class TLS(AskedTLS):
    """A TLS is what the words of one address ask for, in the words of MySQL's own clients."""

    order = MODES
    meanings = _MEANINGS
    file_words = _FILE_WORDS
    authority = "ssl-ca"
    joined_by = "_"
    example = f"{EXAMPLE}?ssl-mode=REQUIRED"

    def query(self) -> dict[str, str]:
        """Return the words that our engine takes. Raises BadSetting if TLS is both required and switched off."""
        files = dict(self.files)
        if "ssl-cert" in files and "ssl-key" not in files:  # Prisma's word for the authority
            files.setdefault("ssl-ca", files.pop("ssl-cert"))
        if "ssl-key" in files and "ssl-cert" not in files:
            raise unusable("has ssl-key without ssl-cert", f"both, as in {EXAMPLE}?ssl-cert=client.pem&ssl-key=client.key")
        strictest = self.strictest()
        return {**({"ssl-mode": strictest} if strictest else {}), **files}
