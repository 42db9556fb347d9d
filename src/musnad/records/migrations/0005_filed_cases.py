"""The cases on their shelves, their words, and the index of blinded words in the engine's own form."""

from django.db import migrations, models


def make_index(apps, schema_editor):  # noqa: ARG001 - Django's signature
    """SQLite: a table of FTS5 that keeps which words stand in a row and nothing else. PostgreSQL: a tsvector."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE records_searchwords USING fts5(words, detail=none, columnsize=0, tokenize='ascii')"
        )
    else:
        schema_editor.execute("ALTER TABLE records_searchrow ADD COLUMN words tsvector")
        schema_editor.execute("CREATE INDEX records_search_words ON records_searchrow USING gin (words)")


def drop_index(apps, schema_editor):  # noqa: ARG001 - Django's signature
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE records_searchwords")


class Migration(migrations.Migration):
    dependencies = [("records", "0004_enclosures")]

    operations = [
        migrations.CreateModel(
            name="FiledCase",
            fields=[
                ("case", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("shelf", models.SmallIntegerField()),
                ("last_day", models.DateField()),
                ("turn", models.BigIntegerField()),
                ("ends_on", models.DateField()),
                ("warned_from", models.DateField()),
                ("fault", models.CharField(default="", max_length=64)),
                ("sealed", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shelf", "last_day", "turn", "case"], name="records_filed_shelf"),
                    models.Index(fields=["ends_on", "turn", "case", "warned_from"], name="records_filed_ending"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("case", models.CharField(max_length=64, unique=True)),
                ("under", models.BigIntegerField(db_index=True)),
                ("sealed", models.BinaryField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(make_index, drop_index),
    ]
