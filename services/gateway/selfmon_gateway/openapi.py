"""``selfmon openapi``: the description of the whole API, from which the web application's types are generated."""

import json

import click

from selfmon_gateway.app import NoServices, create_app


@click.command()
def openapi() -> None:
    """Print the API's OpenAPI description; neither a store, nor a key, nor a broker is needed."""
    app = create_app({}, NoServices())
    (described,) = app.extensions["flask-smorest"]["apis"].values()
    click.echo(json.dumps(described["ext_obj"].spec.to_dict(), ensure_ascii=False, indent=1, sort_keys=True))
