from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kepu.core"
    label = "core"
