"""Registration of the room `delivery`."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The room `delivery` as a Django application."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "gateway.delivery"
