from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "kepu.config"
    label = "config"
