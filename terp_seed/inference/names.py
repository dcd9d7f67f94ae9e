"""Names: what the name of a column or table suggests about its values. A name counts by its words, as in `homeTel`."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\x00-\x7f]+")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(words.split())


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case."""
    return tuple(word.lower() for part in _WORD.findall(name) for word in _HUMP.findall(part) or [part])


def singular(word: str) -> str:
    """Return the singular of an English noun, as far as its ending shows it."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("people", "person")):
        if word.endswith(ending) and len(word) > len(ending) + 1 - (ending == "people"):
            return word.removesuffix(ending) + instead
    return word.removesuffix("s") if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2 else word


def noun_of(name: str) -> tuple[str, ...]:
    """Return the words of a table's name, the last in the singular."""
    words = words_of(name)
    return (*words[:-1], singular(words[-1])) if words else ()


# what a table is about, if its name ends so
PEOPLE = word_set(
    "person people user customer client author employee actor member contact student teacher patient artist staff friend "
    "driver passenger guest player subscriber lead owner manager doctor borrower reader buyer seller agent "
    "musician director host visitor participant attendee applicant candidate"
)
COMPANIES = word_set(
    "company supplier vendor publisher shipper manufacturer organization organisation merchant airline employer firm"
)

# kinds of PII, by the phrases at the end of a column's name, the longest first
_KINDS: tuple[tuple[str, str], ...] = (
    ("email", "email, e mail, mail, email address, mail address, emailaddress, reply to, bcc, jid"),
    ("phone", "phone, telephone, tel, mobile, cellphone, cell, fax, phone number, telephone number, mobile number, cell number"),
    ("first_name", "first name, firstname, fname, given name, givenname, forename, middle name, middlename"),
    ("last_name", "last name, lastname, lname, surname, family name, familyname, maiden name"),
    ("username", "username, user name, login, nickname, nick, screen name, handle"),
    (
        "person",
        "full name, fullname, contact name, contactname, real name, realname, recipient, addressee, "
        "cardholder, payee, beneficiary, customer name, author name, employee name, student name, patient name, member name, "
        "person name, client name, owner name, manager name, spouse, guardian",
    ),
    ("company", "company, company name, companyname, employer, organization name, vendor name, supplier name, business name"),
    (
        "address",
        "address, street, street address, address line, addr, line1, billing address, shipping address, ship address, "
        "shipaddress, home address",
    ),
    ("city", "city, town, suburb, shipcity, district city"),
    ("postcode", "postcode, postal code, postalcode, zip, zip code, zipcode, postal, plz"),
    ("ip", "ip, ip address, ipaddress, client ip, remote addr, ipv"),
    (
        "secret",
        "password, passwd, pwd, passphrase, password hash, passwordhash, hashed password, encrypted password, secret, token, "
        "api key, apikey, private key, access key, pin, otp, salt, password digest, credential, credentials",
    ),
    (
        "tax_id",
        "tax id, taxid, tax number, tax no, ssn, vat number, vat id, vat, vatnumber, social security number, national id, tin",
    ),
    ("birth_date", "birth date, birthdate, date of birth, dateofbirth, dob, birthday, born, born on, born at"),
)
_BY_PHRASE = {tuple(phrase.split()): kind for kind, phrases in _KINDS for phrase in phrases.split(", ")}
_LONGEST = max(map(len, _BY_PHRASE))
_OF_MACHINES = word_set(
    "wallet contract mac memory bitcoin crypto hardware device server host cache"
)  # addresses, names and keys of them


def pii_kind(name: str) -> str | None:
    """Return the kind of PII that a column's name ends with, or None."""
    words = words_of(name)
    if not words or words[0] in ("is", "has"):
        return None
    for count in range(min(_LONGEST, len(words)), 0, -1):
        if (kind := _BY_PHRASE.get(words[-count:])) is not None:
            return None if words[-count - 1 : -count] and words[-count - 1] in _OF_MACHINES else kind
    return None


def ends_with(name: str, phrases: Iterable[str]) -> bool:
    """Tell whether a name ends with one of some words or phrases, in the singular or plural."""
    words = words_of(name)
    return any(_ends(words, tuple(phrase.split())) for phrase in phrases)


def _ends(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    end = words[-len(phrase) :]
    return end == phrase or (bool(end) and (*end[:-1], singular(end[-1])) == phrase)


def has_word(name: str, some: frozenset[str]) -> bool:
    """Tell whether one of the words of a name is among some."""
    return not some.isdisjoint(words_of(name))


# dates, by rank: a row's dates are in the order of their ranks
_RANKS: tuple[frozenset[str], ...] = (
    word_set("created create added inserted registered joined signup opened founded hired hire entered recorded requested"),
    word_set(
        "order ordered placed submitted booked issued invoice purchase purchased rental rented start started begin began from"
    ),
    word_set("approved confirmed accepted verified activated assigned scheduled published posted payment paid charged picked"),
    word_set("shipped ship sent dispatched departed departure"),
    word_set("delivered received arrived arrival return returned refunded"),
    word_set(
        "completed complete finished finish closed close resolved ended end due required expires expiry expired expiration until "
        "to"
    ),
    word_set("updated update modified changed change edited last"),
)
RANK_OF_UPDATE = len(_RANKS) - 1
NEVER = word_set(
    "deleted delete archived removed cancelled canceled revoked banned suspended terminated discarded trashed voided"
)


def rank_of_date(name: str) -> int | None:
    """Return the rank of a date among those of its row; None if its name says nothing."""
    words = words_of(name)
    if words and words[0] == "last":
        return RANK_OF_UPDATE
    found = [rank for rank, some in enumerate(_RANKS) if not some.isdisjoint(words)]
    return found[0] if found else None


_STEMS = word_set("id ids code key uuid guid fk ref no")


def referred_noun(name: str) -> tuple[str, ...] | None:
    """Return the noun of an id-like name, as in customer_id and customerId; None for another name."""
    words = words_of(name)
    return words[:-1] if len(words) > 1 and words[-1] == "id" else None
