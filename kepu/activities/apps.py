from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "kepu.activities"
    label = "activities"

    def ready(self) -> None:
        from kepu.activities.deeds import DEEDS  # noqa: PLC0415 - translations are ready only now
        from kepu.activities.kinds import names_by_code  # noqa: PLC0415
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415
        from kepu.ledger.names import name_activity_kinds  # noqa: PLC0415

        name_deeds(DEEDS)
        name_activity_kinds(names_by_code)
