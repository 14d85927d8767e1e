"""A CAS 3.0 portal for the gateway's tests, on django-mama-cas: `python cas_portal.py <file>`.

The file holds its services and people: {"services": ["<pattern>"], "people": {"<account>": {"password", attributes…}}}. Its database stands
beside the file. It says where it listens.
"""

import json
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PEOPLE: dict[str, dict[str, Any]] = {}


def attributes(user: Any, _service: str) -> dict[str, Any]:
    """What the portal tells services of a person."""
    return {name: value for name, value in PEOPLE[user.get_username()].items() if name != "password"}


class Server(ThreadingMixIn, WSGIServer):
    """One thread a request: at log-out the portal calls services that call it."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Without a line for every request."""

    def log_message(self, *_arguments: Any) -> None:
        pass


def main(file: Path) -> None:
    wanted = json.loads(file.read_text(encoding="utf-8"))
    PEOPLE.update(wanted["people"])
    sys.modules["cas_portal"] = sys.modules["__main__"]

    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="tests alone",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="mama_cas.urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file.with_suffix(".sqlite"), "OPTIONS": {"timeout": 20}}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "mama_cas",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.contrib.messages.context_processors.messages"]},
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        MAMA_CAS_SERVICES=[
            {"SERVICE": pattern, "CALLBACKS": ["cas_portal.attributes"], "LOGOUT_ALLOW": True} for pattern in wanted["services"]
        ],
    )
    django.setup()

    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    for account, said in PEOPLE.items():
        get_user_model().objects.create_user(account, password=said["password"])
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
