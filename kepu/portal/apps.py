from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kepu.portal"
    label = "portal"
