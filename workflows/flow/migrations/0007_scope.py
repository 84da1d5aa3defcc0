"""What lies outside a clause is not put in scope (DB8), and the gate asks so once more (DB3)."""

from django.db import migrations

from workflows.audit.triggers import install_operation


class Migration(migrations.Migration):
    """The triggers as they stand in this version."""

    dependencies = [
        ("flow", "0006_policy_versions"),
        ("instruments", "0012_sums"),
        ("records", "0008_page_items"),
        ("releases", "0002_pages"),
    ]
    operations = [
        install_operation(
            "instruments_clauselimit",
            "instruments_paperlimit",
            "instruments_requestreading",
            "instruments_sumruling",
            "records_record",
            "records_scoperuling",
            "releases_approval",
            "releases_manifestpage",
            "releases_manifestrecord",
            "releases_release",
        )
    ]
