"""The words in the query of an address: what other tools write, and what it means here.

docs/configuration.md lists them. A word is compared without its case, hyphens and underscores: ssl-mode, ssl_mode and sslMode
are one.
"""

import json
from dataclasses import dataclass, field

from terp_seed.backends.address import EXAMPLE, unusable

MODES = ("DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY")  # of TLS, from none to the strictest
PREFERRED_SPELLINGS = ("ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "unix_socket", "user", "password", "host", "port", "database")
SECONDS = ("connect_timeout", "read_timeout", "write_timeout")  # in this spelling: connectTimeout has milliseconds
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


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


IGNORED = _listed(
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

_YES, _NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
_SSL_MODE = {
    **{mode.lower(): mode for mode in MODES},
    **dict.fromkeys(("disable", *_NO), "DISABLED"),
    **dict.fromkeys(("prefer", "allow"), "PREFERRED"),
    **dict.fromkeys(("require", "trust", *_YES), "REQUIRED"),
    "verify_full": "VERIFY_IDENTITY",
}


def _switch(on: str, off: str = "") -> dict[str, str]:
    return {**dict.fromkeys(_YES, on), **dict.fromkeys(_NO, off)}


# what a value means: a mode, or nothing
_MEANINGS = {
    "sslmode": _SSL_MODE,
    "tls": {**_switch("VERIFY_IDENTITY", "DISABLED"), "skip_verify": "REQUIRED", "preferred": "PREFERRED"},
    "sslaccept": {"strict": "VERIFY_IDENTITY", "accept_invalid_certs": "REQUIRED"},
    "ssl": _switch("VERIFY_IDENTITY", "DISABLED"),
    "usessl": _switch("REQUIRED", "DISABLED"),
    "requiressl": _switch("REQUIRED"),
    "verifyservercertificate": _switch("VERIFY_CA"),
    "trustservercertificate": _switch("REQUIRED"),
    "ssldisabled": {**dict.fromkeys(_YES, "DISABLED"), **dict.fromkeys(_NO, "")},
    "sslverifycert": _switch("VERIFY_CA"),
    "sslverifyidentity": _switch("VERIFY_IDENTITY"),
}
_FILE_WORDS = {
    **dict.fromkeys(("sslca", "sslrootcert", "serversslcert", "tlscafile"), "ssl-ca"),
    "sslcert": "ssl-cert",
    "sslkey": "ssl-key",
}


def plain(word: str) -> str:
    """Return a word as it is compared."""
    return word.lower().replace("-", "").replace("_", "")


@dataclass
class TLS:
    """A TLS is what the words of one address ask for, together."""

    modes: dict[str, str] = field(default_factory=dict)  # by the word that asks for it
    files: dict[str, str] = field(default_factory=dict)

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
        mode = meanings.get(value.lower().replace("-", "_"))
        if mode is None:
            expected = MODES if meanings is _SSL_MODE else [each for each in meanings if each not in (*_YES[1:], *_NO[1:])]
            example = f"as in {EXAMPLE}?ssl-mode=REQUIRED"
            raise unusable(f"has {word}={value!r}, which is not known", f"one of {', '.join(expected)}, {example}")
        if mode:
            self.modes[word] = mode
        return True

    def query(self) -> dict[str, str]:
        """Return the words that our engine takes. Raises BadSetting if TLS is both required and switched off."""
        files = dict(self.files)
        if "ssl-cert" in files and "ssl-key" not in files:  # Prisma's word for the authority
            files.setdefault("ssl-ca", files.pop("ssl-cert"))
        if "ssl-key" in files and "ssl-cert" not in files:
            raise unusable("has ssl-key without ssl-cert", f"both, as in {EXAMPLE}?ssl-cert=client.pem&ssl-key=client.key")
        strictest = max(self.modes.values(), key=MODES.index, default="")
        if "DISABLED" in self.modes.values() and strictest != "DISABLED":
            raise unusable(
                f"has {' and '.join(self.modes)}, which contradict each other", f"one, as in {EXAMPLE}?ssl-mode=REQUIRED"
            )
        return {**({"ssl-mode": strictest} if strictest else {}), **files}

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
        self.modes[word] = "VERIFY_IDENTITY" if verify else "REQUIRED"
        self.files |= {"ssl-ca": authority} if authority else {}
