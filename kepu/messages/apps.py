from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "kepu.messages"
    label = "inbox"
