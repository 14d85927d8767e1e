"""The unified social credit code (统一社会信用代码) and the permit number that is built on it (REGIME 3.3)."""

import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: no I, O, S, V, Z."""

_WEIGHTS = tuple(3**place % 31 for place in range(17))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_FIRST17 = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{9}}")
_PERMIT_NUMBER = re.compile(r"(?P<uscc>.{18})(?P<sequence>[0-9]{3})(?P<letter>[A-Z])")


class NumberInvalid(ValueError):
    """A USCC or permit number that cannot be one. ``reason`` is a stable code, ``text`` the input as it came."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


def normalise(text: str) -> str:
    """Upper case, half-width, without surrounding white space: how a number is stored and compared."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def check_character(first17: str) -> str:
    """The 18th character for these 17 (GB 32100: weights 3^i, modulo 31).

    Raises:
        NumberInvalid: ``uscc.characters`` when the 17 do not have the form of a USCC.
    """
    if not _FIRST17.fullmatch(first17):
        raise NumberInvalid("uscc.characters", first17)
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def check_uscc(text: str) -> str:
    """The normalised USCC.

    Raises:
        NumberInvalid: ``uscc.length``, ``uscc.characters`` or ``uscc.check-character``.
    """
    uscc = normalise(text)
    if len(uscc) != 18:
        raise NumberInvalid("uscc.length", text)
    if not _FIRST17.fullmatch(uscc[:17]) or uscc[17] not in _VALUE:
        raise NumberInvalid("uscc.characters", text)
    if check_character(uscc[:17]) != uscc[17]:
        raise NumberInvalid("uscc.check-character", text)
    return uscc


def is_valid_uscc(text: str) -> bool:
    """Whether the text, once normalised, is a USCC with the right check character."""
    try:
        check_uscc(text)
    except NumberInvalid:
        return False
    return True


@dataclass(frozen=True, slots=True, order=True)
class PermitNumber:
    """A permit's number: USCC, three digits, a letter; ``91320100…001P``.

    Lower case is taken and normalised. What the letter means is not known, so none is ever refused.

    Raises:
        NumberInvalid: ``permit-number.length``, ``permit-number.form``, or a ``uscc.…`` reason.
    """

    text: str

    def __post_init__(self) -> None:
        number = normalise(self.text)
        if len(number) != 22:
            raise NumberInvalid("permit-number.length", self.text)
        if not _PERMIT_NUMBER.fullmatch(number):
            raise NumberInvalid("permit-number.form", self.text)
        check_uscc(number[:18])
        object.__setattr__(self, "text", number)

    def __str__(self) -> str:
        return self.text

    @property
    def uscc(self) -> str:
        """The company's 18-character code."""
        return self.text[:18]

    @property
    def sequence(self) -> str:
        """Which of the company's sites: three digits, ``001``."""
        return self.text[18:21]

    @property
    def letter(self) -> str:
        """The identifier letter at the end."""
        return self.text[21]

    @property
    def discharger_id(self) -> str:
        """USCC and sequence, 21 characters: the site, whatever the letter of its permit."""
        return self.text[:21]
