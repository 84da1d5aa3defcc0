"""Install the triggers of challenges and recalls (DB1, DB5)."""

from django.conf import settings
from django.db import migrations

from workflows.audit.triggers import install_operation

TABLES = ("holding_challenge", "holding_recall", "holding_recallreply")


class Migration(migrations.Migration):
    """What somebody has contested or called back stays so."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("flow", "0002_holds"),
        ("holding", "0002_challenges_and_recalls"),
    ]
    operations = [install_operation(*TABLES)]
