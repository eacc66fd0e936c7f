"""Celery carries the job rows of `records`; the rows, not the messages, are the record of the work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("config")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    # A broker that is away must not hold up the request: the row is written, the sweeper rings again.
    broker_transport_options={
        "visibility_timeout": 4 * 3600,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.2,
        "socket_connect_timeout": 2,
    },
    beat_schedule={"tick": {"task": "records.tick", "schedule": 15.0}},
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
