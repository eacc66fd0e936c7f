#!/bin/sh
# Django's deployment check on the production settings, with an environment such as an operator would give.
set -eu
VAR_DIR=${VAR_DIR:-$PWD/var}
random() { .venv/bin/python -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())"; }
DJANGO_SETTINGS_MODULE=config.settings.production \
    SECRET_KEY=$(random)$(random) DATA_KEY=$(random) SEAL_KEY=$(random) \
    ALLOWED_HOSTS=school.example.gov.cn PUBLIC_URL=https://school.example.gov.cn \
    REDIS_URL=redis://127.0.0.1:6379/0 CELERY_BROKER_URL=redis://127.0.0.1:6379/1 \
    ASSETS_DIR="$VAR_DIR/assets" VAR_DIR="${TMPDIR:-/tmp}/deployment-check.$$" \
    .venv/bin/python manage.py check --deploy --fail-level WARNING
