from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kepu.accounts"
    label = "accounts"

    def ready(self) -> None:
        from kepu.accounts.deeds import DEEDS  # noqa: PLC0415 - translations are ready only now
        from kepu.audit.deeds import name_deeds  # noqa: PLC0415

        name_deeds(DEEDS)
