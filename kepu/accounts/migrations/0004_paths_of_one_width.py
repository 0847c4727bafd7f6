"""Ids in a path get one width, because "1/10/" came before "1/2/" in every list of units."""

from typing import Any

from django.db import migrations

PATH_DIGITS = 8


def widen(apps: Any, _schema_editor: Any) -> None:
    for organisation in apps.get_model("accounts", "Organisation").objects.all():
        ids = [int(part) for part in organisation.path.split("/") if part]
        organisation.path = "".join(f"{one:0{PATH_DIGITS}d}/" for one in ids)
        organisation.save(update_fields=["path"])


def narrow(apps: Any, _schema_editor: Any) -> None:
    for organisation in apps.get_model("accounts", "Organisation").objects.all():
        ids = [int(part) for part in organisation.path.split("/") if part]
        organisation.path = "".join(f"{one}/" for one in ids)
        organisation.save(update_fields=["path"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sealed_people")]

    operations = [migrations.RunPython(widen, narrow)]
