from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kepu.demo"
    label = "demo"
