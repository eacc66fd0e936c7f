import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('duties', '0001_initial'),
        ('learning', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='programme',
            name='duty',
            field=models.ForeignKey(blank=True, help_text='The row of the rulebook that it fulfils: it stands on the certificate and tells who assesses.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='duties.dutyrule', verbose_name='training duty'),
        ),
    ]
