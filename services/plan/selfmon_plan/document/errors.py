"""What the document machinery refuses or fails with; each error carries a stable code.

`file.*` are refusals of an imported file (the user can bring another one); `document.*` are failures of the export.
"""

from selfmon_shared.kernel.errors import Invalid, Refusal, Unavailable


class DocumentRenderFailed(Refusal):
    """`document.render-failed`: the PDF engine ended without a document; ``reason`` is its own last words, for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__("document.render-failed", reason=reason)


class DocumentRenderTimeout(Refusal):
    """`document.render-timeout`: the PDF engine was ended after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__("document.render-timeout", seconds=int(seconds))


class RendererMissing(Unavailable):
    """`document.renderer-missing`: the machine lacks ``package`` (the name under which Debian installs it)."""

    def __init__(self, package: str) -> None:
        super().__init__("document.renderer-missing", retry_after=300, package=package)


class DiagramUnreadable(Invalid):
    """`document.diagram-unreadable`: the monitoring diagram is no JPEG or PNG picture that can be decoded."""

    def __init__(self) -> None:
        super().__init__("document.diagram-unreadable")


class FileUnreadable(Invalid):
    """`file.unreadable`: the content says that it is of an allowed type, yet cannot be decoded."""

    def __init__(self, filename: str) -> None:
        super().__init__("file.unreadable", filename=filename)


class FileEmpty(Invalid):
    """`file.empty`: the file has no bytes."""

    def __init__(self, filename: str) -> None:
        super().__init__("file.empty", filename=filename)


class FileTypeNotAllowed(Invalid):
    """`file.type-not-allowed`: by its content the file is none of pdf, jpg, png, bmp; ``found`` is what it looks like."""

    def __init__(self, filename: str, found: str) -> None:
        super().__init__("file.type-not-allowed", filename=filename, found=found)


class FileTooLarge(Invalid):
    """`file.too-large`: more than ``limit`` MB."""

    def __init__(self, filename: str, limit: int) -> None:
        super().__init__("file.too-large", filename=filename, limit=limit)


class FileTooManyPages(Invalid):
    """`file.too-many-pages`: ``pages`` where ``limit`` are allowed."""

    def __init__(self, filename: str, pages: int, limit: int) -> None:
        super().__init__("file.too-many-pages", filename=filename, pages=pages, limit=limit)


class FileImageTooLarge(Invalid):
    """`file.image-too-large`: a picture of more than ``limit`` million pixels."""

    def __init__(self, filename: str, limit: int) -> None:
        super().__init__("file.image-too-large", filename=filename, limit=limit)


class FileEncrypted(Invalid):
    """`file.encrypted`: the PDF asks for a password."""

    def __init__(self, filename: str) -> None:
        super().__init__("file.encrypted", filename=filename)
