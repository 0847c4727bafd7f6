from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "kepu.desk"
    label = "desk"
