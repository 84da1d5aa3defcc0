"""Find status-related data in a file and rebuild the file without it.

A library and a command line (`python -m redaction`), without any web framework.
The way through it is `intake -> extract -> detect -> decide -> burn -> verify`,
put together by `pipeline`.
"""
