"""A city writes its own texts of letters, by two people; each letter says from which it was written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):
    """Letters issued so far were written from the texts of the program."""

    dependencies = [
        ("audit", "0007_days_and_heads"),
        ("notices", "0003_people_are_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        lift_operation(),
        migrations.AddField(
            model_name="letter",
            name="text_number",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="LetterText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("template", models.CharField(max_length=32)),
                ("language", models.CharField(choices=[("en", "en"), ("es", "es")], max_length=2)),
                ("number", models.PositiveIntegerField()),
                ("base", models.PositiveIntegerField()),
                ("shipped", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.entry"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["template", "language", "-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed", True), _negated=True),
                            models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="letter_text_two_people",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=("template", "language"),
                        name="letter_text_one_open",
                    ),
                    models.UniqueConstraint(
                        fields=("template", "language", "number"), name="letter_text_number_once"
                    ),
                ],
            },
        ),
    ]
