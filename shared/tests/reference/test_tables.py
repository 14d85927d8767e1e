import pytest

from selfmon_shared.reference.tables import by_code, parse_rows


def test_reference_a_row_with_a_cell_too_many_is_named():
    with pytest.raises(ValueError, match=r"t\.csv, line 3: 3 cells instead of 2"):
        list(parse_rows("t.csv", "code,name\n1,一\n2,二,两\n"))


def test_reference_a_code_that_comes_twice_is_named():
    with pytest.raises(ValueError, match="'1' comes twice"):
        by_code([("1", "一"), ("1", "壹")])
