from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kepu.reports"
    label = "reports"
