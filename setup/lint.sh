#!/bin/sh
# Every wall of the house; all are tried, and the names of those that failed stand at the end.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
python=$bin/python
failed=""
wall() {
    name=$1
    shift
    if output=$("$@" 2>&1); then echo "ok      $name"; else echo "FAILED  $name"; echo "$output" | tail -n 40; failed="$failed $name"; fi
}

wall house $python setup/walls.py
wall ruff $bin/ruff check --quiet .
wall format $bin/ruff format --check --quiet .
wall imports env PYTHONPATH=site:. $bin/lint-imports
wall types $bin/mypy
wall templates sh -c "$bin/djlint --lint --quiet \$(git ls-files --cached --others --exclude-standard '*.html')"
wall migrations env DJANGO_SETTINGS_MODULE=config.settings.test $python manage.py makemigrations --check --dry-run
wall translations $python setup/translations.py
wall deployment setup/check_deployment.sh
wall secrets sh -c "$bin/detect-secrets-hook --baseline setup/secrets.baseline \$(git ls-files --cached --others --exclude-standard | grep -vE '\.svg$|requirements/|package-lock|\.po$|secrets.baseline')"

[ -z "$failed" ] || { echo "Walls down:$failed"; exit 1; }
