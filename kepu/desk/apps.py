from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "kepu.desk"
    label = "desk"

    def ready(self) -> None:
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415 - translations are ready only now
        from kepu.desk.deeds import DEEDS  # noqa: PLC0415

        name_deeds(DEEDS)
