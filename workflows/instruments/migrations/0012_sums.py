"""What a paper allows over all requests under it, and counsel's decisions where they go beyond."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_the_log'),
        ('instruments', '0011_clause_limits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SumRuling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('people', 'people'), ('records', 'records'), ('days', 'days from the first to the last'), ('productions', 'productions')], max_length=12)),
                ('upto', models.PositiveIntegerField()),
                ('page', models.PositiveIntegerField()),
                ('quote', models.CharField(max_length=600)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sum_rulings', to='instruments.instrument')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='PaperLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reading', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('people', 'people'), ('records', 'records'), ('days', 'days from the first to the last'), ('productions', 'productions')], max_length=12)),
                ('most', models.PositiveIntegerField()),
                ('page', models.PositiveIntegerField()),
                ('quote', models.CharField(max_length=600)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.entry')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sums', to='instruments.instrument')),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('instrument', 'reading', 'kind'), name='paper_limit_once')],
            },
        ),
    ]
