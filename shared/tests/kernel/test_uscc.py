import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfmon_shared.kernel.uscc import ALPHABET, NumberInvalid, PermitNumber, check_character, check_uscc, is_valid_uscc, normalise

USCC = "91130200699229617X"

first17 = st.builds(
    lambda head, digits, tail: head + digits + tail,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_USCC_a_real_code_of_a_permit_has_the_right_check_character():
    assert check_character(USCC[:17]) == "X"
    assert is_valid_uscc(USCC)


@given(first17)
def test_USCC_exactly_one_last_character_is_right(first):
    right = check_character(first)
    assert [last for last in ALPHABET if is_valid_uscc(first + last)] == [right]


@given(first17, st.integers(8, 16), st.sampled_from(ALPHABET))
def test_USCC_any_single_wrong_character_is_noticed(first, place, other):
    uscc = first + check_character(first)
    changed = uscc[:place] + other + uscc[place + 1 :]
    assert is_valid_uscc(changed) == (changed == uscc)


def test_USCC_lower_case_blanks_and_full_width_are_taken():
    assert normalise(" 91130200699229617x ") == USCC
    assert check_uscc("９１１３０２００６９９２２９６１７ｘ") == USCC


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "uscc.length"),
        ("9113020069922961", "uscc.length"),
        ("9113020069922961IX", "uscc.characters"),
        ("91130200699229617I", "uscc.characters"),
        ("91A30200699229617X", "uscc.characters"),
        ("911302006992296178", "uscc.check-character"),
    ],
)
def test_USCC_a_wrong_one_names_its_reason(text, reason):
    with pytest.raises(NumberInvalid) as refused:
        check_uscc(text)
    assert refused.value.reason == reason
    assert refused.value.text == text
    assert not is_valid_uscc(text)


def test_REGIME33_the_permit_number_names_company_site_and_letter():
    number = PermitNumber(f" {USCC.lower()}002p ")
    assert str(number) == f"{USCC}002P"
    assert (number.uscc, number.sequence, number.letter) == (USCC, "002", "P")
    assert number.discharger_id == f"{USCC}002"
    assert len(number.discharger_id) == 21


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_REGIME33_no_letter_is_refused(letter):
    assert PermitNumber(f"{USCC}001{letter}").letter == letter


def test_REGIME33_the_same_site_keeps_its_id_when_the_letter_changes():
    assert PermitNumber(f"{USCC}001P").discharger_id == PermitNumber(f"{USCC}001V").discharger_id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{USCC}001", "permit-number.length"),
        (f"{USCC}001PP", "permit-number.length"),
        (f"{USCC}00AP", "permit-number.form"),
        (f"{USCC}0011", "permit-number.form"),
        ("911302006992296178001P", "uscc.check-character"),
    ],
)
def test_REGIME33_a_wrong_permit_number_names_its_reason(text, reason):
    with pytest.raises(NumberInvalid) as refused:
        PermitNumber(text)
    assert refused.value.reason == reason


def test_USCC_a_check_character_needs_seventeen_characters_of_a_code():
    with pytest.raises(NumberInvalid, match=r"uscc\.characters"):
        check_character("9113")
