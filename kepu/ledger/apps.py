from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kepu.ledger"
    label = "ledger"
