"""Each page of a manifest cites the items that compel it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('instruments', '0011_clause_limits'),
        ('records', '0008_page_items'),
        ('releases', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ManifestPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n', models.PositiveIntegerField()),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='instruments.scopeclause')),
                ('manifest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='releases.manifest')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.record')),
            ],
            options={
                'ordering': ['record_id', 'n', 'id'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('manifest', 'record', 'n', 'clause'), name='manifest_page_once')],
            },
        ),
    ]
