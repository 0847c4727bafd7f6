from django.db import migrations

from kepu.core.append_only import MakeAppendOnly


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]

    operations = [
        MakeAppendOnly("Fact"),
        MakeAppendOnly("PartnerCredit"),
        MakeAppendOnly("Verdict"),
        MakeAppendOnly("CountingRule"),
        MakeAppendOnly("Closing"),
        MakeAppendOnly("PublishedCount"),
    ]
