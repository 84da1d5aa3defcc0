"""Let the libraries make their tables before ours.

Each migration renders every model that points at a person; with ours last that is a handful
instead of all of them, and a first start takes seconds less.
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Order only; nothing in the database changes."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("axes", "0010_accessattemptexpiration"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        ("sessions", "0001_initial"),
    ]
    run_before = [
        ("jobs", "0001_initial"),
        ("matters", "0001_initial"),
        ("instruments", "0001_initial"),
        ("records", "0001_initial"),
        ("releases", "0001_initial"),
        ("api", "0001_initial"),
    ]
    operations: list[migrations.operations.base.Operation] = []
