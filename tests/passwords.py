"""Random passwords that can be found again: words that occur nowhere else, and between them what an address has a use for."""

import string
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

_BETWEEN = "@@@::://##??%%&=+'\"`;,.$\\{}[]()<>|^~!* é\u00fc\u6f22\U0001f511\u00a0\u202e\t\u0664"
# in which a part of the password looks like a host, a database or a word of the query
_FORMS = ("{}@{}/{}?{}", "{}@{}/{}?{}", "{}@{}:3306/{}#{}", "{}&{}={}", "{}/{}@{}/{}", "{}@{}/{}")
WITHOUT_HOST = "mysql://root:{}"
# what a person writes with a password, well or badly
ADDRESSES = (
    "mysql://root:{}@{}/terp",
    "mysql://root:{}@{}/terp",
    "mysql://root:{}@{}",
    "mysql://:{}@{}/terp",
    WITHOUT_HOST,
    "mysql://ro/ot:{}@{}/terp",
    "mysql+mysqldb://root:{}@{}/terp?charset=utf8mb4",
    "mysql+nothing://root:{}@{}/terp",
    "mysql://root:{}@{}/terp?ssl-mode=MAYBE",
    "mysql://root:{}@{}/terp?sslmod=REQUIRED",
    "mysql://root:{}@{}/terp?port=x",
    "mysql://root:{}@{},127.0.0.1/terp",
    "mysql://root:{}@tcp({})/terp",
    "root:{}@tcp({})/terp",
    "root:{}@{}/terp",
    "mysql://root:{}@[{}/terp",
    "postgres://root:{}@{}/terp",
    "sqlite://root:{}@{}/terp",
    "mysql://{1}/terp?user=root&password={0}",
    "mysql://root@{1}/terp?passwd={0}&ssl-mode=DISABLED",
    "mysql:///terp?host=127.0.0.1&port=1&password={0}",
    "jdbc:mysql://{1}/terp?user=root&password={0}",
)


@dataclass(frozen=True)
class Password:
    """A Password is the text of one, and the words that nobody may see."""

    text: str
    words: tuple[str, ...]

    @classmethod
    def draw(cls, random: Random) -> "Password":
        """Draw one of two to four words with something between them, sometimes what is hard to tell from an address."""
        words = tuple("".join(random.choices(string.ascii_lowercase + string.digits, k=9)) for _ in range(4))
        if random.random() < 0.3:
            return cls(random.choice(_FORMS).format(*words), words)
        text = words[0]
        for word in words[1 : random.randint(2, 4)]:
            text += "".join(random.choices(_BETWEEN, k=random.randint(1, 3))) + word
        return cls(text, words)

    def address(self, random: Random, host: str) -> str:
        """Return an address with the password, encoded in some and raw in others."""
        form = random.choice(ADDRESSES)
        text = quote(self.text, safe="") if random.random() < 0.5 else self.text
        if form == WITHOUT_HOST:
            text = text.replace("@", "%40")  # else it has one: what follows the last @
        return form.format(text, host)

    def is_in(self, text: str) -> bool:
        """Tell whether a text shows any part of it."""
        return any(word in text.lower() for word in self.words)
