"""The Django project. The Celery app is loaded with it, so that the web process rings the right broker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
