"""Rules for unit codes, logins and names of staff, wherever one is entered (R4.1, R6.1)."""

import re

from hub.domain.privacy.redaction import holds_number, redact
from hub.domain.refusals import AboutThing, BadInput
from hub.domain.staff.look_alikes import plain_name, skeleton
from hub.operations.desk import Desk
from hub.registry.staff import users as stored_users

# ASCII only, no dash at either end: codes and logins stand in addresses and audit lines.
UNIT_CODE = re.compile(r"(?=.{2,12}\Z)[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*")
LOGIN = re.compile(r"[A-Za-z0-9]{3,40}")


class TakenAlready(AboutThing):
    """A login, a unit's code or a unit's name that is in use, or looks like one in use (R6.1)."""

    article = "R6.1"
    says = (
        "已有相同的{what},或与之相近、容易看错。",
        "This {what_en}, or one that looks like it, already exists.",
    )
    then = ("请换一个。", "Choose another.")


def check_login(login: str) -> None:
    """Raise BadInput for what cannot be a login."""
    if not LOGIN.fullmatch(login):
        raise BadInput(field="账号", problem="应为 3 到 40 个字母或数字", mend="请重新输入。")
    refuse_number("账号", login)


def hold_login(desk: Desk, login: str) -> None:
    """Reserve a login for this transaction; raises TakenAlready if an existing one looks like it."""
    stored_users.hold_names(desk.tx)
    # Compared here and not by an index: two logins collide when they look alike, not when they are equal.
    if skeleton(login) in map(skeleton, stored_users.logins(desk.tx)):
        raise TakenAlready(what="账号")


def check_person(desk: Desk, name: str) -> None:
    """Raise TakenAlready for a colleague's name: pages show who asked, signed and decided by name alone (R4.1)."""
    stored_users.hold_names(desk.tx)
    if plain_name(redact(name)) in map(plain_name, stored_users.names(desk.tx)):
        raise TakenAlready(what="姓名")


def check_unit(desk: Desk, code: str, name: str) -> None:
    """Raise BadInput for what cannot be a unit's code or name, TakenAlready if another unit's looks like it."""
    if not UNIT_CODE.fullmatch(code):
        raise BadInput(field="单位代码", problem="应为 2 到 12 位字母、数字或短横", mend="请重新输入。")
    refuse_number("单位代码", code)
    if not plain_name(name):
        raise BadInput(field="单位名称", problem="没有填写", mend="请填写单位名称。")
    stored_users.hold_names(desk.tx)
    units = stored_users.units(desk.tx)
    if skeleton(code) in (skeleton(unit.code) for unit in units):
        raise TakenAlready(what="单位代码")
    # As it will be stored: two names that differ in a masked number alone are shown alike.
    if plain_name(redact(name)) in (plain_name(unit.name) for unit in units):
        raise TakenAlready(what="单位名称")


def refuse_number(field: str, code: str) -> None:
    """Raise BadInput for a code that could be a card, an ID number or a phone: codes are kept and shown in clear (G4)."""
    if holds_number(code):
        raise BadInput(field=field, problem="像是卡号、证件号或电话", mend="请另取一个,不要用客户的号码。")
