"""What the signed-in person has mailed to him, and where."""

from typing import Any

from flask import Response
from marshmallow import ValidationError, fields

from selfmon_gateway.api.routes import Resource, json_answer, json_body
from selfmon_gateway.audit import auditing
from selfmon_gateway.auth.guards import present_session
from selfmon_gateway.mail import choices
from selfmon_gateway.mail.choices import Choice
from selfmon_gateway.mail.server import is_address, is_configured
from selfmon_gateway.parts import parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import Flag, Many, One, Record, Text
from selfmon_shared.contracts.notices import KINDS
from selfmon_shared.kernel.errors import Invalid

resource = Resource("preferences", "个人设置：邮件通知")


class MailAddress(Text):
    """One plain mail address."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_address(text):
            raise ValidationError("应为一个邮箱地址，如 name@example.cn")
        return text


class MailKind(Record):
    """A kind of notice, and whether it is mailed."""

    kind = Text()
    word = Text()
    on = Flag()


class MailPreferences(Record):
    """``address``: as the person entered it; ``portal_address``: as his portal told it; ``sending``: whether the platform sends mail."""

    address = Text(allow_none=True)
    portal_address = Text(allow_none=True)
    kinds = Many(One(MailKind))
    sending = Flag()


class ChooseMail(Record):
    """Which kinds are mailed, and where; ``address`` None: to the portal's address. Kinds that are not named stay as they are."""

    address = MailAddress(allow_none=True, load_default=None, max_length=254)
    kinds = fields.Dict(keys=fields.String(), values=Flag(), load_default=dict, error_messages={"invalid": "结构不正确"})


def _shown(choice: Choice) -> Response:
    kinds = [{"kind": kind, "word": KINDS[kind].word, "on": choice.wants(kind)} for kind in choices.offered(present_session().person.realm)]
    sending = is_configured(parts().settings)
    return json_answer({"address": choice.address, "portal_address": choice.portal_address, "kinds": kinds, "sending": sending})


@resource.serve("GET", "/preferences/mail", answer=MailPreferences)
def mail_preferences() -> Response:
    """What is mailed, and where."""
    person = present_session().person
    with parts().database.asking() as connection:
        return _shown(choices.read_choice(connection, person.realm.value, person.id))


@resource.serve("PUT", "/preferences/mail", body={"application/json": {"schema": ChooseMail}}, answer=MailPreferences)
def choose_mail() -> Response:
    """Choose what is mailed, and where."""
    auditing("gateway.choose-mail")
    person = present_session().person
    wanted = load(ChooseMail(), json_body())
    offered = set(choices.offered(person.realm))
    if unknown := sorted(wanted["kinds"].keys() - offered):
        raise _unknown(unknown)
    with parts().database.writing() as connection:
        before = choices.read_choice(connection, person.realm.value, person.id)
        choice = Choice(wanted["address"], before.portal_address, {**before.kinds, **wanted["kinds"]})
        choices.keep_choice(connection, person.realm.value, person.id, choice, parts().clock())
    return _shown(choice)


def _unknown(kinds: list[str]) -> Invalid:
    return Invalid("input.invalid", fields={f"kinds.{kind}"[:100]: ["没有这一项"] for kind in kinds[:20]})
