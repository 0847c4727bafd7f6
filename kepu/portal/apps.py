from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kepu.portal"
    label = "portal"

    def ready(self) -> None:
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415 - translations are ready only now
        from kepu.portal.deeds import DEEDS  # noqa: PLC0415

        name_deeds(DEEDS)
