from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_watch"),
    ]

    operations = [
        migrations.AddField(
            model_name="ring",
            name="authority",
            field=models.CharField(default="", max_length=80),
        ),
    ]
