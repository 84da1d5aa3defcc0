"""Rights of the roles of a PostgreSQL installation (design page "evidence", 2): who can do what to the log.

The owner migrates and is used for nothing else. The application writes entries and reads; it can neither
change nor remove one, nor give an entry its place. The sequencer gives places and signs; of records it reads
nothing. Rights prevent accidents and stolen passwords; the evidence is the tree and who remembers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from psycopg import sql

LOG = ("audit_entry", "audit_pending", "audit_leaf", "audit_tile", "audit_checkpoint", "audit_flag",
       "audit_incarnation", "audit_detail", "audit_flag_step", "audit_watched", "audit_about",
       "audit_sample", "audit_drawn", "audit_outcome", "audit_sign_off")  # fmt: skip
# Rights beside reading, by table of the log; columns where only those may be written.
APPLICATION = {
    "audit_entry": ("INSERT",),
    "audit_pending": ("INSERT",),  # by the trigger that fills it
    "audit_detail": ("INSERT", "UPDATE (salt, wrapped_key, ciphertext)"),  # shredding
    "audit_flag": ("UPDATE (disposition, disposed_by, disposed_at)",),
    "audit_flag_step": ("INSERT",),
    "audit_about": ("INSERT", "UPDATE (subject, salt)"),  # forgetting a person
    "audit_sample": ("INSERT",),
    "audit_drawn": ("INSERT",),
    "audit_outcome": ("INSERT",),
    "audit_sign_off": ("INSERT",),
}
SEQUENCER = {
    "audit_entry": ("INSERT",),
    "audit_pending": ("INSERT", "DELETE"),
    "audit_leaf": ("INSERT",),
    "audit_tile": ("INSERT", "UPDATE (bytes)"),
    "audit_checkpoint": ("INSERT", "UPDATE (cosignatures, token)"),
    "audit_incarnation": ("INSERT",),
    "audit_flag": ("INSERT", "UPDATE (disposition, disposed_by, disposed_at)"),
    "audit_detail": ("INSERT",),
    "audit_watched": ("INSERT", "UPDATE (value)"),
    "audit_about": ("INSERT",),
}
PEOPLE_COLUMNS = "id, email, is_superuser, is_active"  # what the checks before a start ask


class NotPostgreSQL(Exception):
    """Only PostgreSQL has roles."""


def statements(connection: Any, application: str, sequencer: str) -> Iterator[sql.Composed]:
    """The statements that give the two roles these rights in the schema of the connection, and no others.

    To be run by the owner after each migration; running them again changes nothing. Raises NotPostgreSQL.
    """
    if connection.vendor != "postgresql":
        raise NotPostgreSQL
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = sql.Identifier(cursor.fetchone()[0])
        tables = sorted(set(connection.introspection.table_names(cursor)))
    app, seq = sql.Identifier(application), sql.Identifier(sequencer)
    for role in (app, seq):
        for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA {} FROM {}").format(sql.SQL(kind), schema, role)
        yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role)
        yield sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA {} TO {}").format(schema, role)
    for table in tables:
        name = sql.Identifier(table)
        if table not in LOG:
            yield sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {}.{} TO {}").format(schema, name, app)
            continue
        for role, rights in ((app, APPLICATION), (seq, SEQUENCER)):
            given = sql.SQL(", ".join(("SELECT", *rights.get(table, ()))))
            yield sql.SQL("GRANT {} ON {}.{} TO {}").format(given, schema, name, role)
    people = sql.Identifier(apps.get_model(settings.AUTH_USER_MODEL)._meta.db_table)
    yield sql.SQL("GRANT SELECT ({}) ON {}.{} TO {}").format(sql.SQL(PEOPLE_COLUMNS), schema, people, seq)
