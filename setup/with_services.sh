#!/bin/sh
# Runs a command on PostgreSQL, Redis and RabbitMQ with a database and a virtual host made for it and removed after.
# Services that are not running are started first; both need root or an account that may use them.
set -eu
name=suite_$$
sockets=/var/run/postgresql
as() { if [ "$(id -un)" = "$1" ]; then shift; "$@"; else user=$1; shift; (cd / && runuser -u "$user" -- "$@"); fi; }

pg_isready -q -h $sockets || pg_ctlcluster --skip-systemctl-redirect $(pg_lsclusters -h | awk 'NR==1 {print $1, $2}') start
redis-cli -h 127.0.0.1 ping >/dev/null 2>&1 || redis-server --daemonize yes --bind 127.0.0.1 --port 6379 --save "" --appendonly no --dir /tmp >/dev/null
rabbitmqctl --quiet await_startup --timeout 5 >/dev/null 2>&1 || { rabbitmq-server -detached; rabbitmqctl --quiet await_startup --timeout 60; }

password=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
as postgres psql -q -v ON_ERROR_STOP=1 -c "CREATE ROLE $name LOGIN CREATEDB PASSWORD '$password'"
as postgres psql -q -v ON_ERROR_STOP=1 -c "CREATE DATABASE $name OWNER $name ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8' TEMPLATE template0"
rabbitmqctl --quiet add_vhost $name
rabbitmqctl --quiet add_user $name "$password"
rabbitmqctl --quiet set_permissions -p $name $name '.*' '.*' '.*'
clean() {
    for base in $(as postgres psql -qAt -c "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = '$name'"); do
        as postgres psql -q -c "DROP DATABASE IF EXISTS \"$base\" WITH (FORCE)" || true
    done
    as postgres psql -q -c "DROP ROLE IF EXISTS $name" || true
    rabbitmqctl --quiet delete_vhost $name || true
    rabbitmqctl --quiet delete_user $name || true
}
trap clean EXIT INT TERM

DATABASE_URL=postgres://$name:$password@127.0.0.1:5432/$name \
    REDIS_URL=redis://127.0.0.1:6379/9 \
    CELERY_BROKER_URL=amqp://$name:$password@127.0.0.1:5672/$name \
    "$@"
