"""The manual's texts for the consoles, which show each beside its screen."""

from flask import Response

from selfmon_gateway.api.routes import Resource, json_answer
from selfmon_gateway.manual.contents import topic
from selfmon_shared.contracts.fields import Record, Text

resource = Resource("manual", "使用帮助（无需登录）")


class TopicView(Record):
    """A text of the manual, as HTML that holds no script."""

    name = Text()
    title = Text()
    html = Text()


@resource.serve("GET", "/help/<name>", answer=TopicView)
def text(name: str) -> Response:
    """The text of one screen."""
    found = topic(name)
    return json_answer({"name": found.name, "title": found.title, "html": found.html})
