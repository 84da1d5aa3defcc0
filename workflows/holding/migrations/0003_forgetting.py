"""Who is to be forgotten in the log: asked by one lawyer, agreed to by another."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0007_days_and_heads"),
        ("holding", "0002_challenges_and_recalls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("subject", models.CharField(max_length=64, null=True, unique=True)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("court_order", "court_order"),
                            ("asked_for", "asked_for"),
                            ("kept_long_enough", "kept_long_enough"),
                            ("wrong_person", "wrong_person"),
                        ],
                        max_length=16,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("forgotten", "forgotten"), ("declined", "declined")],
                        max_length=9,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.entry"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.entry",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome", ""),
                                ("settled_at__isnull", True),
                                ("settled_by__isnull", True),
                                ("settled_entry__isnull", True),
                                ("subject__isnull", False),
                            ),
                            models.Q(
                                ("outcome__in", ("forgotten", "declined")),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("settled_entry__isnull", False),
                                ("subject__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="forgetting_settled_names_nobody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "forgotten"), _negated=True),
                            models.Q(("settled_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="forgetting_by_two",
                    ),
                ],
            },
        ),
    ]
