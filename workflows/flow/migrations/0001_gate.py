"""Install the gate's triggers once every table they speak of exists."""

from django.conf import settings
from django.db import migrations

from workflows.audit.triggers import install_operation

TABLES = (
    "matters_matter", "matters_request", "instruments_instrument", "instruments_check",
    "instruments_counselfinding", "instruments_scopeclause", "notices_letter", "releases_manifest",
    "releases_manifestrecord", "releases_markmaker", "releases_verifierreport", "releases_gatedecision",
    "releases_approval", "releases_approvalvoid", "releases_package", "releases_packageseal",
    "releases_release", "releases_link", "releases_linkrevoked", "releases_claim", "releases_receipt",
)


class Migration(migrations.Migration):
    """The database refuses from here on what the gate does not allow."""

    initial = True
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("audit", "0001_the_log"),
        ("matters", "0001_initial"),
        ("instruments", "0002_initial"),
        ("records", "0001_initial"),
        ("releases", "0001_initial"),
        ("notices", "0001_initial"),
    ]
    operations = [install_operation(*TABLES)]
