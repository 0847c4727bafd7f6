from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "kepu.regions"
    label = "regions"
