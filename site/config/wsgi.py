import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
django_application = get_wsgi_application()

from portal.page_cache import PublishedPages  # noqa: E402  models can be imported once Django stands

application = PublishedPages(django_application)
