from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_doors")]

    operations = [
        migrations.CreateModel(
            name="EnrolmentRow",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("officer", models.CharField(max_length=200)),
                ("person", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                ("progress", models.CharField(default="waits", max_length=12)),
                ("roster", models.CharField(default="", max_length=64)),
                ("revision", models.IntegerField(default=0)),
                ("signed", models.BinaryField()),
            ],
        ),
    ]
