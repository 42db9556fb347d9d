from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="WorkingDraft",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("person", models.IntegerField()),
                ("kind", models.CharField(max_length=8)),
                ("revision", models.IntegerField()),
                ("saved_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["person", "kind", "-saved_at"], name="people_working_draft_mine")],
            },
        ),
    ]
