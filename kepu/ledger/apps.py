from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kepu.ledger"
    label = "ledger"

    def ready(self) -> None:
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415 - translations are ready only now
        from kepu.ledger.deeds import DEEDS  # noqa: PLC0415

        name_deeds(DEEDS)
