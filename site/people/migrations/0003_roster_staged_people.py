import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_rosters"),
        ("records", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="rosterimport",
            name="staged",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="records.privatefile",
            ),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="people",
            field=models.JSONField(default=list, help_text="primary keys of the accounts it made"),
        ),
    ]
