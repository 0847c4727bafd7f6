from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kepu.reports"
    label = "reports"

    def ready(self) -> None:
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415 - translations are ready only now
        from kepu.reports.deeds import DEEDS  # noqa: PLC0415

        name_deeds(DEEDS)
