from django.db import migrations

from kepu.core.append_only import MakeAppendOnly


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [MakeAppendOnly("PersonalDataAccess"), MakeAppendOnly("Consent")]
