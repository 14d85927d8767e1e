"""SM3 (GB/T 32905), the digest of the platform's evidence."""

import hashlib


def sm3(data: bytes | str) -> str:
    """The SM3 digest, 64 hexadecimal digits; text is taken as UTF-8."""
    return hashlib.new("sm3", data.encode() if isinstance(data, str) else data).hexdigest()
