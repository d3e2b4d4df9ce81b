"""A customer's fields: changing, revealing, seeing them as of a moment, switching one off (R2.1–R4.1, G4, G5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from hub.domain.articles import cited
from hub.domain.changes import TABLE
from hub.domain.customers.catalogue import CATALOGUE, FIELDS
from hub.domain.customers.choices import DEVICE_METHODS, SETTLEMENT_METHODS
from hub.domain.customers.fields import Field, check_value, words_of
from hub.domain.customers.impossible_days import PAIRS, impossible_days
from hub.domain.customers.input_problems import problem
from hub.domain.inputs import FieldValues, Label, Text, Version
from hub.domain.refusals import BadInput, NotPermitted, Refusal
from hub.domain.staff.posts import HUB, post_words
from hub.operations.carriers import announce_waiting, order_day_changed, without_device
from hub.operations.desk import Desk
from hub.operations.grades.revisits import end_finished_revisits
from hub.operations.onboarding.first_entry import still_typed
from hub.operations.onboarding.steps import fields_changed
from hub.operations.operation import STAFF, operation
from hub.operations.phones import duplicates
from hub.operations.phones.watch_list import PHONES, phones_changed
from hub.operations.tasks.account_managers import hand_to_account_manager
from hub.operations.unit_lists.listed import keep_to_list
from hub.operations.visits.guard import GUARDED, keep_apart
from hub.ports import now, today
from hub.registry import history
from hub.registry.customers import customers
from hub.registry.grades import REVISITED
from hub.registry.schema import Customer

from .profile import COLUMNS, mask_field, page, read_plain
from .profile_views import CustomerView
from .record import refuse_meeting

# Core fields that change only through operations of their own.
BY_OTHER_WAYS = frozenset({"customer_code", "settlement_method", "settlement_bank", "unit_code"})
# Fields that only a rule of the regulation changes once they are filled, with the rules' rows.
BY_RULE: Mapping[str, list[str]] = {
    key: sorted({rule.article for rule in TABLE if key in rule.sets}) for rule in TABLE for key in rule.sets
}
# The value that is applied for (R7.6).
APPLIED_FOR: Mapping[str, str] = {"order_method": "web"}
# What is never typed, not even the first time (R14.2).
EVALUATED = frozenset({"customer_grade"})
# Values that an application, a carrier or a bank sets, for a new entrant too (R7.6–R7.9).
NEVER_TYPED: Mapping[str, frozenset[str]] = {
    "order_method": frozenset({"web"}) | DEVICE_METHODS,
    "settlement_method": frozenset(SETTLEMENT_METHODS) - {"cash"},
}


class OwnWay(Refusal):
    """The field changes only through its own procedure."""

    article = "R9.1"
    says = ("“{title}”不能直接修改。", "“{title}” cannot be changed directly.")
    then = ("请通过相应的业务办理(如绑定结算账户)。", "Use its own procedure (e.g. bind an account).")


class ByRule(Refusal):
    """A registered customer's value changes only under a rule of the regulation (R11.4, R12.4, R13.4, R14.1 …)."""

    article = "R4.1"
    says = ("“{title}”不能直接修改,按 {rows} 办理。", "“{title}” is changed under {rows}, not directly.")
    then = (
        "请在客户页面点“办理变更”;线路也可以提交线路会议。",
        "Press “Change” on the customer's page; routes may go to the meeting.",
    )
    elsewhere = (
        "请提交变更申请;线路也可以提交线路会议。",
        "Send an application for the change; routes may go to the meeting.",
    )


class ByApplication(Refusal):
    """Web ordering begins with its application form, two signatures and a password (R7.6)."""

    article = "R7.6"
    says = ("“{title}”不能直接改为“{value}”。", "“{title}” cannot simply be set to “{value}”.")
    then = (
        "请客户填写网上订货申请表,在客户页面点“办理变更”,选择“开通网上订货”,由客户经理和科长审批。",
        "Upload the application form, then press “Change” on the customer's page and choose “Web ordering”.",
    )
    elsewhere = (
        "请客户填写网上订货申请表并上传,再提交开通网上订货的变更申请,由客户经理和科长审批。",
        "Upload the application form, then send an application for web ordering.",
    )


@operation(
    "customers.show_customer",
    article="R2.1",
    posts=STAFF,
    title=("查看客户", "See a customer"),
    changes=False,
    audited=False,
)
def show_customer(desk: Desk, customer_id: UUID) -> CustomerView:
    """All about a customer, sensitive values masked. Raises NotFound."""
    customer = desk.customer(customer_id)
    return page(desk, customer, by_other_ways(customer) | by_rule(desk, customer))


@operation("customers.change_fields", article="R4.1", posts=STAFF, title=("修改客户信息", "Change a customer's fields"))
def change_fields(
    desk: Desk,
    customer_id: UUID,
    version: Version,
    values: FieldValues,
    why: Annotated[Text, Label("修改原因", "Reason")],
) -> int:
    """Change fields that the caller's post owns, an empty text clears one; returns the record's new version.

    `version`: that of the record as the caller saw it. What others changed since is a conflict only in the same fields.
    Raises NotFound, NotPermitted naming the owner, OwnWay, ByRule, ByApplication, BadInput, Stale, FieldsMeet.
    """
    customer = desk.customer(customer_id)
    refuse_meeting(desk, customer, version, values)
    changes: dict[str, list[Any]] = {}
    # One edit is one version: each query on the way would otherwise flush, and each flush raise the version.
    with desk.tx.no_autoflush:
        off = customers.switched_off(desk.tx)
        for key, text in values.items():
            field = _field(desk, customer, key, off)
            _refuse_never_typed(desk, customer, field, text)
            changes |= set_field(desk, customer, field, text)
    # Once all fields are set: a pair of days may only be judged as it stands in the end.
    for key, impossible in impossible_days(read_days(customer, values, off), today()):
        raise _bad(FIELDS[key], impossible)
    if not changes:
        return customer.version
    customer.updated_at = now()
    phones_changed(desk, customer, "R4.1", changes)
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        article="R4.1",
        why=why,
        version=customer.version + 1,
        changes=changes,
    )
    desk.audit_detail["fields"] = sorted(changes)
    try:
        customers.save(desk.tx)
    except customers.Taken:
        # Somebody entered the same licence number between the check and the write.
        raise _bad(FIELDS["licence_no"], "taken_licence") from None
    fields_changed(desk, customer)
    if "order_day" in changes:
        announce_waiting(desk, customer)
    if changes.keys() & set(REVISITED):
        end_finished_revisits(desk, customer)
    return customer.version


def read_days(customer: Customer, values: Mapping[str, str], off: frozenset[str]) -> dict[str, str]:
    """The days that change, each with the other day of its pair as it will stand after the change."""
    days = {key: read_plain(customer, FIELDS[key]) for pair in PAIRS if set(pair) & set(values) for key in pair}
    born = {"id_number": check_value(FIELDS["id_number"], values["id_number"]).value} if "id_number" in values else {}
    return {key: text for key, text in (days | born).items() if key not in off}


def _bad(field: Field, key: str) -> BadInput:
    words = problem(key)
    return BadInput(field=field.title, problem=words.problem, mend=words.mend)


def _field(desk: Desk, customer: Customer, key: str, off: frozenset[str]) -> Field:
    """A field that the caller owns, by a post that covers this very customer."""
    field = FIELDS.get(key)
    if field is None or key in off:
        raise BadInput(field=field.title if field else key, problem="没有这个字段", mend="请在列出的字段中选择。")
    if key in by_other_ways(customer):
        raise OwnWay(title=field.title)
    if key in by_rule(desk, customer):
        raise ByRule(title=field.title, rows=_articles(BY_RULE[key]))
    if desk.actor != HUB and customer.unit_code not in desk.covered_units(frozenset({field.owner})):
        raise NotPermitted(
            action=f"修改{field.title[0]}", action_en=f"Change {field.title[1]}", **post_words([field.owner])
        )
    return field


def by_other_ways(customer: Customer) -> frozenset[str]:
    """Core fields that only their own operations change; settlement is one of them once it has been entered (R7.17)."""
    return BY_OTHER_WAYS if customer.settlement_method else BY_OTHER_WAYS - {"settlement_method"}


def _refuse_never_typed(desk: Desk, customer: Customer, field: Field, text: str) -> None:
    """Refuse what an application (R7.6) or a bank (R7.9) sets, unless it is there already or the hub enters it."""
    value = check_value(field, text).value
    if field.key == "settlement_method" and value in NEVER_TYPED[field.key]:
        raise OwnWay(title=field.title)
    if desk.actor == HUB or field.key not in APPLIED_FOR or read_plain(customer, field) == APPLIED_FOR[field.key]:
        return
    if value == APPLIED_FOR[field.key]:
        raise by_application(field)


def by_application(field: Field) -> ByApplication:
    """The refusal of a value that is applied for."""
    return ByApplication(title=field.title, value=words_of(field, APPLIED_FOR[field.key]))


def _articles(rows: Sequence[str]) -> tuple[str, str]:
    """The articles and clauses of rows, each once, as several rows may come from one clause."""
    zh, en = zip(*map(cited, rows), strict=True)
    return "、".join(dict.fromkeys(zh)), ", ".join(dict.fromkeys(en))


def by_rule(desk: Desk, customer: Customer) -> frozenset[str]:
    """Fields that only a rule may change now: none for the hub, none that is empty or still in its first entry."""
    if desk.actor == HUB:
        return frozenset()
    filled = {key for key in BY_RULE if customer.sealed.get(key) or read_plain(customer, FIELDS[key])}
    filled -= BY_OTHER_WAYS
    return EVALUATED | (filled - still_typed(desk, customer) if filled else frozenset())


def set_field(
    desk: Desk, customer: Customer, field: Field, text: str, *, decided: bool = False
) -> dict[str, list[Any]]:
    """Set one field; returns {key: [old, new]} with tokens for sensitive values, or {} when nothing changes.

    `decided`: the section chief has decided that other customers may have the same number (R12.3).
    """
    plain = ""
    if text.strip():
        checked = check_value(field, text)
        if checked.problem:
            raise _bad(field, checked.problem)
        plain = checked.value
    elif field.core or field.required:
        raise BadInput(field=field.title, problem="不能为空", mend="请填写。")
    if field.sensitive:
        return _change_sealed(desk, customer, field, plain, decided)
    old = read_plain(customer, field)
    # What the record has already may stay, even if it is no longer on the unit's list (R2.2).
    if old == plain or old == (plain := keep_to_list(desk, customer.unit_code, field.key, plain)):
        return {}
    if field.key in GUARDED:
        keep_apart(desk, customer, {field.key: plain}, today())
    if field.key == "order_method" and desk.actor != HUB:
        _refuse_without_device(desk, customer, plain)
    if field.key == "licence_no" and customers.licence_owners(desk.tx, [plain]):
        raise _bad(field, "taken_licence")
    if field.core:
        setattr(customer, COLUMNS.get(field.key, field.key), plain == "yes" if field.kind == "yes_no" else plain)
    else:
        customer.values = {**customer.values, field.key: plain}
    if field.key == "order_day":
        order_day_changed(desk, customer.id)
    if field.key == "account_manager":
        hand_to_account_manager(desk.tx, customer.id)
    return {field.key: [old, plain]}


def _refuse_without_device(desk: Desk, customer: Customer, method: str) -> None:
    refusal = without_device(desk, customer, method)
    if refusal is not None:
        raise refusal


def _change_sealed(desk: Desk, customer: Customer, field: Field, plain: str, decided: bool) -> dict[str, list[Any]]:
    old = customer.sealed.get(field.key)
    # Compared in clear: sealing the same value twice gives two different tokens.
    if old is not None and desk.vault.open_field(customer.id, field.key, old).reveal() == plain:
        return {}
    if old is None and not plain:
        return {}
    if field.key in PHONES and not decided:
        # The lock on phone numbers first: otherwise two customers who get the same number at once both find it free.
        duplicates.hold(desk)
        for refusal in duplicates.faults(desk, customer, plain):
            raise refusal
    token = desk.vault.seal_field(customer.id, field.key, plain) if plain else None
    kept = {key: sealed for key, sealed in customer.sealed.items() if key != field.key}
    customer.sealed = kept | ({field.key: token} if token else {})
    customers.index(desk.tx, customer.id, field.key, desk.vault.digest(field.key, plain) if plain else None)
    return {field.key: [old, token]}


@operation(
    "customers.as_of",
    article="R2.1",
    posts=STAFF,
    title=("查看历史时点", "See a past moment"),
    changes=False,
    audited=False,
)
def as_of(desk: Desk, customer_id: UUID, moment: Annotated[datetime, Label("时间", "Moment")]) -> dict[str, str]:
    """The fields as they stood at a moment (with its zone), sensitive ones masked: the history up to then, replayed.

    Raises NotFound, and BadInput for a moment that is still to come.
    """
    customer = desk.customer(customer_id)
    if moment > now():
        raise BadInput(field="时间", problem="还没有到", mend="请填写现在或以前的时间。", at="moment")
    latest: dict[str, Any] = {}
    # From the first change on, so that later values replace earlier ones.
    for change in customers.history(desk.tx, customer.id):
        if change.at <= moment:
            latest |= {key: pair[1] for key, pair in change.changes.items()}
    shown: dict[str, str] = {}
    off = customers.switched_off(desk.tx)
    for field in CATALOGUE:
        stored = latest.get(field.key)
        if field.key not in off and stored not in (None, ""):
            shown[field.key] = mask_field(desk, customer.id, field, str(stored)) if field.sensitive else str(stored)
    return shown
