"""The grown-up set-up behind HTTPS: every secret and address comes from the environment, nothing is guessed."""

from config.settings.base import *  # noqa: F403  settings modules are flat by design
from config.settings.base import env

SECRET_KEY = env.str("SECRET_KEY")
env.str("DATA_KEY")  # named here so that a missing one stops the start instead of making a new one
env.str("SEAL_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
PUBLIC_URL = env.str("PUBLIC_URL")
DEMO = env.bool("DEMO", default=False)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
