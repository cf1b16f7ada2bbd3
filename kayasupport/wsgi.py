"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from kayasupport.charset import Utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kayasupport.settings")

application = Utf8(get_wsgi_application())
