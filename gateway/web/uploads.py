"""Files that came with a form: handed on as paths or bytes, never under their own names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile


@contextmanager
def on_disk(upload: UploadedFile) -> Iterator[Path]:
    """A path at which the bytes stand while the block runs; the file's own name is not used."""
    if isinstance(upload, TemporaryUploadedFile):
        yield Path(upload.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="in-") as place:
        shutil.copyfileobj(upload, place)
        place.flush()
        yield Path(place.name)


class ManyFiles(forms.ClearableFileInput):
    """A file field of the browser that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One or more files; the clean value is a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Clean each file. Empty files pass: what takes them in says so, and the log with it."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in files if one] or super().clean(
            None, initial
        )
