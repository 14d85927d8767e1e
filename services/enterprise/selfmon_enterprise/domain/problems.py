"""Field problems of one form, told all at once."""

from collections.abc import Mapping

from selfmon_shared.kernel.errors import Invalid


def refuse(problems: Mapping[str, str | None]) -> None:
    """Refuse if a field has a problem: with the problems' code if they all have the same, else as ``input.invalid``.

    Raises:
        Invalid: with the problem of each field.
    """
    found = {field: code for field, code in problems.items() if code is not None}
    if found:
        codes = set(found.values())
        raise Invalid(codes.pop() if len(codes) == 1 else "input.invalid", fields={field: [code] for field, code in found.items()})
