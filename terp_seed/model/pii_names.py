"""PII names: which column names suggest PII. A name is split into words, so `tel` is found in `homeTel` and not in `hotel`."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_WORDS = _set(  # suggest it wherever they stand in a name
    """
    email emails mail mailbox phone phones telephone telephones tel mobile cellphone fax whatsapp sms skype telegram
    dob birth birthday birthdate birthplace born dateofbirth gender sex nationality ethnicity religion diagnosis salary
    ssn nin tin taxid vat vatnumber passport nric aadhaar nif cpf iban bic pan cvv cvc
    username usernames login nickname nick surname forename firstname lastname fullname middlename givenname familyname
    fname lname displayname realname contactname author authors recipient recipients sender addressee spouse guardian
    beneficiary payee cardholder pusher
    password passwd pwd passphrase passcode pin token tokens secret credential credentials apikey otp signature
    tax street streets city town suburb postcode postal zip zipcode latitude longitude geolocation ip ipv
    """
)
_ENDINGS = ("phone", "email", "password", "address")  # of words written as one, such as `workphone`
_NO_PHONES = frozenset({"microphone", "headphone", "smartphone", "saxophone"})
_PHRASES = tuple(  # suggest it only together
    tuple(phrase.strip().split())
    for phrase in """
    e mail, birth date, first name, last name, full name, middle name, maiden name, given name, family name, user name,
    emailed to, sent to,
    tax id, tax number, tax no, tax code, national id, national insurance, social security, identity number, id number, id card
    drivers license, driver license, driving license, driving licence, license number, licence number, license plate
    card number, credit card, account number, bank account, routing number, sort code, cell number
    api key, private key, access key, ssh key, google id, microsoft id, facebook id, apple id, twitter id, user agent
    """.replace("\n", ",").split(",")
    if phrase.strip()
)
_OF_PEOPLE = frozenset({"name", "names", "address", "addresses", "contact", "contacts"})  # or of things, as the words before show
_PEOPLE = _set(
    """
    agent buyer client contact customer driver employee employer friend holder manager member owner parent partner patient
    person seller staff student supplier user vendor
    """
)
_THINGS = _set(
    """
    action alias anonymized api app application asset attribute audit bank base batch brand bucket budget build bundle
    calendar campaign catalog category certificate channel chart class cluster code collection color column command component
    config configuration connection constraint contract country course currency dashboard database dataset department
    deployment device dimension discount document domain element engine entity enum environment event exchange experiment
    export feature field file flag folder font form format function gateway generic grade handler header host icon image index
    instance integration internal item job key label language layout layer ledger level library list lock log menu metric
    migration mode model module namespace network node object operation option package page parameter partition period
    permission pipeline plan platform plugin policy pool preset process product profile program project property protocol
    provider queue region relation report repo repository resource role room route rule sample schema scientific scope screen
    script section segment sensor server service session setting sheet shelf site size skill slot source space species stage
    standardized state status step storage store strain stream subscription survey system tab table tag target task template
    tenant test theme thread tier tool topic transaction trigger type unit variable variant version view warehouse widget
    workflow workspace zone
    """
)
_ABOUT = _set(  # at its end, a name is of something about PII
    """
    amount at body by category class confirmed count counter date default driver enabled expires expiry format frequency
    host id ids index kind label language length limit locale method mode optin order pattern policy port preference preferences
    prefix percent priority provider rate regex region required role rule scheme sent sequence server setting settings size status
    subject template timeout total ttl type types url valid validated verified version visibility visible
    """
)


def suggests_pii(name: str) -> bool:
    """Tell whether the name of a text column suggests PII."""
    words = tuple(word.lower() for word in _WORD.findall(name))
    if any(words[-len(phrase) :] == phrase for phrase in _PHRASES):
        return True
    if not words or words[-1] in _ABOUT or words[0] in ("is", "has"):
        return False
    together = any(words[place : place + len(phrase)] == phrase for phrase in _PHRASES for place in range(len(words)))
    return together or any(_is_pii(words[:place], word) for place, word in enumerate(words))


def _is_pii(before: tuple[str, ...], word: str) -> bool:
    if word in _OF_PEOPLE:
        return next((one in _PEOPLE for one in reversed(before) if one in _THINGS or one in _PEOPLE), True)
    return word in _WORDS or (word.endswith(_ENDINGS) and word not in _NO_PHONES)
