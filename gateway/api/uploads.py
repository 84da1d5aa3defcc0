"""Uploaded files: never opened here, streamed to the vault by their temporary path or from memory."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from rest_framework.exceptions import ValidationError

MAX_BYTES = 250 * 1024 * 1024


def uploaded(file: UploadedFile | None) -> bytes | Path:
    """The upload as the vault takes it. Raises ValidationError when there is none or it is too large."""
    if file is None:
        raise ValidationError({"file": ["Send a file."]})
    if not file.size:
        raise ValidationError({"file": ["The file is empty. Please send the whole file."]})
    if file.size > MAX_BYTES:
        raise ValidationError({"file": ["The file is larger than 250 MB. Please send it in parts."]})
    if isinstance(file, TemporaryUploadedFile):
        return Path(file.temporary_file_path())
    return file.read()
