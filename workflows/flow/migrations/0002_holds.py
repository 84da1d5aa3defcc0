"""Install the triggers of holds once every table they speak of exists (DB7)."""

from django.conf import settings
from django.db import migrations

from workflows.audit.triggers import install_operation

TABLES = (
    "holding_hold", "vault_blob", "matters_party", "matters_task", "matters_block", "clocks_clock",
    "records_searchtask", "records_record", "records_page", "records_finding", "records_reviewact",
    "records_enclosure", "records_mark", "instruments_flag",
)


class Migration(migrations.Migration):
    """What a hold keeps is kept by the database from here on."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("flow", "0001_gate"),
        ("holding", "0001_initial"),
        ("vault", "0001_initial"),
        ("matters", "0004_preserving"),
        ("clocks", "0001_initial"),
        ("instruments", "0003_status_rulings"),
        ("records", "0004_grounds_hold"),
        ("releases", "0001_initial"),
    ]
    operations = [install_operation(*TABLES)]
