from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kepu.audit"
    label = "audit"
