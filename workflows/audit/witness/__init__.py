"""The witness (c2sp.org/tlog-witness): a program that somebody else runs, on a machine of their own.

It remembers the largest tree it has seen of each log that it was told to watch, and signs a checkpoint
only when that tree has grown without a change. Whoever holds the database and even the signing key of
the log cannot make it forget: two different pasts never both bear its cosignature.

Nothing here knows the gateway: the program needs Python, `cryptography` and `granian`.

    python -m workflows.audit.witness --folder FOLDER init NAME      a key; prints the witness's vkey
    python -m workflows.audit.witness --folder FOLDER watch VKEY     a log to watch, by its vkey
    python -m workflows.audit.witness --folder FOLDER serve          answers on 127.0.0.1:8411
    python -m workflows.audit.witness --folder FOLDER export TARGET  what it has cosigned, for a reviewer
"""
