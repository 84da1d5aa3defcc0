"""On PostgreSQL a trigger gives an entry the next number of its matter."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_samples_and_sign_offs'),
    ]

    operations = [
        install_operation('audit_entry'),
    ]
