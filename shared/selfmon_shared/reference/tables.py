"""The data files of this package as rows, and the error of a look-up that finds nothing."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

Entry = TypeVar("Entry")


class UnknownCode(LookupError):
    """There is no such code in the reference data; ``table`` says which, ``code`` what was asked for."""

    def __init__(self, table: str, code: str) -> None:
        super().__init__(f"unknown {table} code: {code!r}")
        self.table = table
        self.code = code


def rows(file_name: str) -> Iterator[Mapping[str, str]]:
    """The rows of one data file, by column name.

    Raises:
        ValueError: a row has more or fewer cells than the header.
    """
    text = files(__package__).joinpath("data", file_name).read_text(encoding="utf-8")
    yield from parse_rows(file_name, text)


def parse_rows(file_name: str, text: str) -> Iterator[Mapping[str, str]]:
    """The rows of a table given as text; ``file_name`` is what errors name.

    Raises:
        ValueError: a row has more or fewer cells than the header.
    """
    reader = csv.reader(io.StringIO(text))
    header = next(reader)
    for row in reader:
        if len(row) != len(header):
            raise ValueError(f"{file_name}, line {reader.line_num}: {len(row)} cells instead of {len(header)}")
        yield dict(zip(header, row, strict=True))


def by_code(entries: Iterable[tuple[str, Entry]]) -> Mapping[str, Entry]:
    """An unchangeable table by code, in the order of the file.

    Raises:
        ValueError: a code comes twice.
    """
    table: dict[str, Entry] = {}
    for code, entry in entries:
        if code in table:
            raise ValueError(f"code {code!r} comes twice")
        table[code] = entry
    return MappingProxyType(table)
