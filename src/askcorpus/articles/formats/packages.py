"""May this file, a zip by another name, be unpacked?  Word and EPUB ask before they open one."""

from __future__ import annotations

import io
import zipfile

from askcorpus.articles.draft import Limits, Unreadable


def check_packed(data: bytes, limits: Limits) -> None:
    """Raises Unreadable for a file whose members unpack to more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("damaged file: not the zip it should be") from error
    if len(members) > limits.max_members:
        raise Unreadable(f"more than {limits.max_members} members")
    if sum(member.file_size for member in members) > limits.max_bytes:
        raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
