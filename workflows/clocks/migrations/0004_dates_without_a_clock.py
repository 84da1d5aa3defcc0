"""A matter shows a date of the city, or of a court, only while a clock stands behind it."""

from django.db import migrations

CITYS = (
    "acknowledgement", "counsel_same_day", "search", "clarification", "notice_before", "notice_after",
    "exigent_review", "exigent_follow_up", "recall",
)  # fmt: skip


def forget(apps, schema_editor):
    """Matters kept the day on which they had to be acknowledged, long after they were."""
    clocks = apps.get_model("clocks", "Clock").objects.filter(stopped_at__isnull=True, kind__in=CITYS)
    dated = apps.get_model("matters", "Matter").objects.filter(due_on__isnull=False)
    dated.exclude(pk__in=clocks.values("matter")).update(due_on=None)


class Migration(migrations.Migration):
    """The days that no clock stands behind go."""

    dependencies = [("clocks", "0003_calendar_proposal"), ("matters", "0008_sum_block")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
