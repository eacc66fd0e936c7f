import django.db.models.deletion
from django.db import migrations, models

import exams.numbering


class Migration(migrations.Migration):
    """No certificate has been issued before this: the new columns need no default."""

    dependencies = [
        ("exams", "0003_exams_sittings_certificates"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateIssuer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=6, verbose_name="division code")),
                ("code", models.CharField(max_length=3, verbose_name="issuer code")),
                (
                    "pattern",
                    models.CharField(
                        default=exams.numbering.PATTERN, max_length=100, verbose_name="pattern of the numbers"
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "issuer of certificates",
                "verbose_name_plural": "issuers of certificates",
                "ordering": ["region", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "code"), name="issuer_code_once_in_a_division"),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation__isnull", True)),
                        fields=("region",),
                        name="one_bureau_issues_in_a_division",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="certificate",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="exams.certificateissuer",
                verbose_name="issuing organisation",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="seal",
            field=models.CharField(help_text="HMAC of everything that must not change unseen", max_length=64),
        ),
    ]
