"""An entry is about several people, each behind a commitment; what was no person is none any more."""

from django.db import migrations, models

from workflows.audit.triggers import install_operation, lift_operation

# Events of version 1 that kept the digest of a text where others keep a person.
NOBODY = ("exigent.claimed", "exigent.determined", "determination_1373.recorded", "status.authorised",
          "oversight.sampled")  # fmt: skip


def take_out_what_is_nobody(apps, schema_editor):
    """Rows are never deleted, by a trigger that this one statement is not meant for."""
    entries = apps.get_model("audit", "Entry").objects.filter(event__in=NOBODY)
    rows = apps.get_model("audit", "About").objects.filter(entry__in=entries.values("pk"))
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE audit_about DISABLE TRIGGER USER")
    rows.delete()
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE audit_about ENABLE TRIGGER USER")


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_entries_by_role'),
    ]

    operations = [
        lift_operation(),
        migrations.RunPython(take_out_what_is_nobody, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='about',
            name='entry',
            field=models.BigIntegerField(),
        ),
        migrations.AlterField(
            model_name='about',
            name='subject',
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name='about',
            name='salt',
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name='about',
            index=models.Index(fields=['entry'], name='audit_about_entry'),
        ),
        install_operation('audit_about'),
    ]
