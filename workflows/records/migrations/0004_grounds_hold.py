from django.db import migrations, models

from workflows.audit.triggers import lift_operation


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0003_grounds"),
    ]

    operations = [
        lift_operation(),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('authorisation__isnull', False), ('keep_ground', 'authorised')), models.Q(models.Q(('keep_ground', 'authorised'), _negated=True), ('authorisation__isnull', True)), _connector='OR'), name='finding_authorised_names_it'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', 'keep'), _negated=True), ('keep_ground__gt', ''), _connector='OR'), name='finding_keep_has_ground'),
        ),
    ]
