from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "kepu.plans"
    label = "plans"

    def ready(self) -> None:
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415 - translations are ready only now
        from kepu.plans.deeds import DEEDS  # noqa: PLC0415

        name_deeds(DEEDS)
