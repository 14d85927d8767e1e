"""Takes out of a PDF what acts by itself: scripts, launches, embedded files, forms' XFA; and what names persons: its metadata."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pikepdf

_ACTING_KEYS = ("/OpenAction", "/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/XFA", "/AF", "/RichMediaContent")
_CARRYING_KEYS = ("/FS", "/A", "/RichMediaSettings", "/Movie", "/Sound", "/3DD")
_ACTIONS = frozenset(
    f"/{kind}"
    for kind in (
        "JavaScript",
        "Launch",
        "ImportData",
        "SubmitForm",
        "ResetForm",
        "GoToE",
        "GoToR",
        "Rendition",
        "RichMediaExecute",
        "Movie",
        "Sound",
    )
)
_ANNOTATIONS = frozenset(f"/{kind}" for kind in ("FileAttachment", "RichMedia", "Movie", "Screen", "Sound", "3D"))


@dataclass(frozen=True, slots=True)
class Sanitised:
    """The bytes to keep; ``active`` names what acted (taken out, or, in a ``signed`` document that must stay unchanged, still there)."""

    pdf: bytes
    signed: bool
    active: tuple[str, ...]


def sanitise(data: bytes, pdf: pikepdf.Pdf) -> Sanitised:
    """The opened PDF without anything active; ``data``, byte for byte, where it carries a digital signature."""
    active = tuple(sorted(_strip(pdf)))
    if _signed(pdf):
        return Sanitised(data, True, active)
    for key in ("/Metadata", "/PieceInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
    if "/Info" in pdf.trailer:
        del pdf.docinfo
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, encryption=False)
    return Sanitised(out.getvalue(), False, active)


def _signed(pdf: pikepdf.Pdf) -> bool:
    if "/Perms" in pdf.Root:
        return True
    return any(
        isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") in ("/Sig", "/DocTimeStamp") and "/ByteRange" in thing
        for thing in pdf.objects
    )


def _strip(pdf: pikepdf.Pdf) -> set[str]:
    found: set[str] = set()
    for thing in pdf.objects:
        _strip_within(thing, found, direct=False)
    return found


def _strip_within(thing: pikepdf.Object, found: set[str], *, direct: bool) -> None:
    """``thing`` and the objects written directly inside it; referred ones have their own turn."""
    if direct and thing.is_indirect:
        return
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        if str(thing.get("/S", "")) in _ACTIONS:
            found.add(str(thing.S).removeprefix("/"))
            _delete(thing, [key for key in thing.keys() if key != "/Length"])  # noqa: SIM118 - iterating a stream is no look at its keys
            return
        found.update(_disarm(thing))
        inner = [thing[key] for key in thing.keys()]  # noqa: SIM118
    else:
        return
    for part in inner:
        if isinstance(part, pikepdf.Object):
            _strip_within(part, found, direct=True)


def _disarm(thing: pikepdf.Object) -> Iterator[str]:
    """Take the acting entries out of a dictionary; an annotation that carries a file or a film stays as an empty note."""
    subtype = str(thing.get("/Subtype", ""))
    if subtype in _ANNOTATIONS:
        yield subtype.removeprefix("/")
        thing.Subtype = pikepdf.Name.Text
        _delete(thing, _CARRYING_KEYS)
    for key in _ACTING_KEYS:
        if key in thing:
            yield key.removeprefix("/")
    _delete(thing, _ACTING_KEYS)


def _delete(thing: pikepdf.Object, keys: Iterable[str]) -> None:
    for key in keys:
        if key in thing:
            del thing[key]
