from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_two_administrators"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("authority", models.CharField(max_length=80, unique=True)),
                ("turn", models.IntegerField(default=0)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="ring",
            name="people_ring_once",
        ),
        migrations.AddField(
            model_name="ring",
            name="subject",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="ring",
            name="over",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="ring",
            name="again",
            field=models.IntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="ring",
            constraint=models.UniqueConstraint(fields=("case", "what", "subject", "level"), name="people_ring_once"),
        ),
    ]
