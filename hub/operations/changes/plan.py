"""What a change would do, in words, and the digest that signers sign (ADR 0007)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.changes import REASONS, RULES, WITHOUT_MEETING, Effect, Return, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.documents_shown import in_person
from hub.domain.customers.fields import check_value, words_of
from hub.domain.customers.input_problems import problem
from hub.domain.inputs import Code, FieldValues, FoundByHub, Label, OptionalText, Text, Version
from hub.domain.plans import PlanLine
from hub.domain.privacy.masking import mask_phone
from hub.domain.privacy.purposes import FIELD_TITLES
from hub.domain.privacy.redaction import redact
from hub.domain.refusals import BadInput, NotThisCustomer, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.states import AccountState
from hub.operations.carriers import without_device
from hub.operations.customers import documents_shown
from hub.operations.customers.documents_shown import Documents, SeenBy
from hub.operations.customers.fields import APPLIED_FOR, by_application
from hub.operations.customers.profile import read_plain
from hub.operations.desk import Desk
from hub.operations.outbox import leaving_fields
from hub.operations.phones import duplicates
from hub.operations.phones.exceptions import DECIDES, cases
from hub.operations.phones.watch_list import PHONES
from hub.operations.unit_lists.listed import unlisted
from hub.registry.changes import applications
from hub.registry.schema import Application, Customer
from hub.registry.settlement import accounts as stored_accounts

from . import copies
from .card_cases import case_first
from .conditions import CONDITIONS, no_cash_for_damage, not_held_for_now
from .papers import paper_faults

# Conditions that the asker answers in the form.
ASKED_IN_THE_FORM = frozenset({"risk_told"})


@dataclass(frozen=True, kw_only=True)
class ChangeRequest:
    """A change as it is asked for. `version` is that of the customer's record which the asker saw."""

    customer_id: UUID
    version: Version
    rule: Code
    values: FieldValues = field(default_factory=dict)
    why: Annotated[Text, Label("情况说明", "What happened")]
    reason: Annotated[str, Label("原因", "Reason"), Field(max_length=64)] = ""
    evidence_ids: Annotated[tuple[UUID, ...], Label("材料", "Papers"), Field(max_length=20)] = ()
    told: Annotated[bool, Label("已告知客户不挂失的风险", "The customer was told of the risk")] = False
    """The customer was told of the risk (R8.2)."""
    cc: Annotated[tuple[Code, ...], Label("抄送", "Copy to"), Field(max_length=10)] = ()
    """Who else is told, by post or login."""
    documents: Documents = ()
    """Kinds of the documents that the customer showed when applying in person, and who saw them (R7.22)."""
    seen_by: SeenBy = ""
    no_meeting: Annotated[OptionalText, Label("不能召开线路会议的原因", "Why no route meeting can be called")] = ""
    """Of an urgent change of route (R13.7)."""
    application_id: Annotated[UUID | None, FoundByHub()] = None
    """The application that is sent again; its papers are its own, so nobody may name one from outside."""


@dataclass(frozen=True)
class ChangePlan:
    """What would happen, what is missing, who signs; `digest` is what they sign, `version` the rule with the unit's."""

    rule: Rule
    version: str
    lines: tuple[PlanLine, ...]
    missing: tuple[Refusal, ...]
    chain: tuple[Post, ...]
    days: int
    digest: str
    foreseen: tuple[PlanLine, ...] = ()
    """Shown beside the plan but not signed, because it changes daily: papers, who gets it, due days as of today."""


class NoSuchRule(Refusal):
    """The regulation knows no such change."""

    article, status = "R4.1", 422
    says = ("规定中没有这项变更。", "The regulation knows no such change.")
    then = ("请从列表中选择。", "Choose from the list.")


class MeetingNotExcused(Refusal):
    """A single customer's route changes without a meeting only where none can be called at once (R13.4, R13.7)."""

    article = "R13.7"
    says = (
        "没有说明为什么不适合立即召开线路优化会议。",
        "It is not said why no route meeting can be called at once.",
    )
    then = (
        "请写明原因;可以等到会议的,请提交线路调整建议。",
        "Say why; what can wait is proposed to the route meeting.",
    )


def rule_of(key: str) -> Rule:
    """The rule with this key. Raises NoSuchRule."""
    if key not in RULES:
        raise NoSuchRule()
    return RULES[key]


def plan(desk: Desk, customer: Customer, request: ChangeRequest) -> ChangePlan:
    """What the request would do. Writes nothing. Raises BadInput for a reason that is not the rule's."""
    rule = rule_of(request.rule)
    if request.reason:
        # Raised, not listed among the plan's faults: there are no words for a reason that the rule does not have.
        for fault in reason_faults(rule, request.reason):
            raise fault
    chain, days = limits(desk, customer, rule)
    shared = tuple(cases(desk, customer, rule, request.values))
    # A shared number is decided by the section chief, who therefore signs too (R12.3).
    if shared and DECIDES not in chain:
        chain = (DECIDES, *chain)
    lines = (
        *told(desk, customer, rule, request.values, request.reason, request.why, chain, days),
        *_without_meeting(rule, request.no_meeting),
        *shared,
    )
    # Sorted, like the values: the digest must not depend on the order in which a form sends them.
    papers = sorted(str(paper) for paper in request.evidence_ids)
    version = version_of(desk, customer, rule)
    digest = digest_of(desk, customer, version, rule, request.values, papers, lines)
    return ChangePlan(rule, version, lines, tuple(faults(desk, customer, rule, request)), chain, days, digest)


def _without_meeting(rule: Rule, why: str) -> Iterator[PlanLine]:
    if rule.key in WITHOUT_MEETING and why.strip():
        words = redact(why.strip())
        yield PlanLine(f"不能召开线路会议的原因:{words}", f"Why no route meeting can be called: {words}", "R13.7")


def version_of(desk: Desk, customer: Customer, rule: Rule) -> str:
    """The rule's version with what the customer's unit has set for it (I8): if either changes, it is another rule."""
    own = applications.unit_rule(desk.tx, customer.unit_code, rule.key)
    if own is None:
        return rule.version
    # A single choice is written as in earlier releases, so that what was signed under it stays valid after an upgrade.
    decided = own.choice if own.choice or own.cash is own.company_account is None else (own.cash, own.company_account)
    own_limits = repr([own.due, list(own.more_approvals), decided])
    return f"{rule.version}-{hashlib.sha256(own_limits.encode()).hexdigest()[:8]}"


def limits(desk: Desk, customer: Customer, rule: Rule) -> tuple[tuple[Post, ...], int]:
    """Who signs and within how many days, the unit's stricter limits included (I8)."""
    own = applications.unit_rule(desk.tx, customer.unit_code, rule.key)
    if own is None:
        return rule.approvals, rule.due
    more = tuple(Post(post) for post in own.more_approvals if Post(post) not in rule.approvals)
    return rule.approvals + more, min(rule.due, own.due if own.due is not None else rule.due)


def faults(desk: Desk, customer: Customer, rule: Rule, request: ChangeRequest) -> Iterator[Refusal]:
    """Every reason against the change, in the order: kind of customer, values, papers."""
    values = {**request.values, "told": "yes" if request.told else ""}
    for name in rule.needs:
        yield from CONDITIONS[name](desk, customer, values)
    yield from not_held_for_now(desk, customer, rule)
    yield from no_cash_for_damage(desk, customer, rule, request.values, [request.reason])
    yield from case_first(desk, customer, rule, [request.reason])
    yield from value_faults(desk, customer, rule, request)
    yield from paper_faults(desk, customer, rule, request.evidence_ids, request.application_id)
    yield from copies.faults(desk, customer, request.cc)
    needed = in_person(rule.papers) and not documents_shown.were_shown(desk, request.application_id)
    yield from documents_shown.faults(desk, customer, request.documents, request.seen_by, needed=needed)


def hindrances(desk: Desk, customer: Customer, rule: Rule) -> list[Refusal]:
    """Why a rule does not apply to this customer at all, whatever the values; what the form asks for does not count."""
    named = [name for name in rule.needs if name not in ASKED_IN_THE_FORM]
    refusals = [refusal for name in named for refusal in CONDITIONS[name](desk, customer, {})]
    # A rule that leads to one value has it before anything is filled in.
    only = dict(zip(rule.sets, rule.to, strict=False)) if len(rule.to) == 1 else {}
    no_cash = no_cash_for_damage(desk, customer, rule, only, rule.reasons)
    no_case = case_first(desk, customer, rule, rule.reasons)
    return [*refusals, *not_held_for_now(desk, customer, rule), *no_cash, *no_case]


def value_faults(desk: Desk, customer: Customer, rule: Rule, request: ChangeRequest) -> Iterator[Refusal]:
    """Whether the values are the rule's, well formed, and new."""
    if rule.sets and not set(request.values) & set(rule.sets):
        first, *_ = rule.sets
        yield BadInput(field=rule.title, problem="没有填写要变更的内容", mend="请填写。", at=first)
    for key, text in request.values.items():
        known = FIELDS.get(key)
        if key not in rule.sets or known is None:
            yield BadInput(field=known.title if known else key, problem="不属于此项变更", mend="请去掉。", at=key)
            continue
        checked = check_value(desk.known_field(known), text)
        if key in APPLIED_FOR and checked.value == APPLIED_FOR[key] and rule.to and checked.value not in rule.to:
            yield by_application(known)
        elif checked.problem or (rule.to and checked.value not in rule.to):
            words = problem(checked.problem or "choice")
            yield BadInput(field=known.title, problem=words.problem, mend=words.mend, at=key)
        elif key == "order_method" and (refusal := without_device(desk, customer, checked.value)) is not None:
            yield refusal
        elif present(desk, customer, key) == checked.value:
            why = f"{known.title[0]}没有变化"
            yield NotThisCustomer(article=rule.article, why=why, why_en="nothing would change", at=key)
        elif (not_listed := unlisted(desk, customer.unit_code, key, checked.value)) is not None:
            yield not_listed
    yield from shared_faults(desk, customer, rule, request)
    yield from reason_faults(rule, request.reason)
    if not request.why.strip():
        yield BadInput(field="说明", problem="没有填写", mend="请写明情况。", at="why")
    if rule.key in WITHOUT_MEETING and not request.no_meeting.strip():
        yield MeetingNotExcused(at="no_meeting")


def reason_faults(rule: Rule, reason: str) -> Iterator[Refusal]:
    """Whether the reason is one that the rule's article names; none where it names none."""
    if reason in rule.reasons or not (reason or rule.reasons):
        return
    if not rule.reasons:
        yield BadInput(
            field=("原因", "Reason"),
            problem=("此项变更不选原因", "this change takes none"),
            mend=("请去掉原因,把情况写在情况说明中。", "Leave it out; say what happened in words."),
            at="reason",
        )
        return
    choices = [(f"{key}({REASONS[key][0]})", f"{key} ({REASONS[key][1]})") for key in rule.reasons]
    yield BadInput(
        field=("原因", "Reason"),
        problem=("不是此项变更的原因", "not a reason of this change") if reason else ("没有选择", "not chosen"),
        mend=(
            "可选的原因:" + "、".join(zh for zh, _ in choices) + "。",
            "Choose: " + ", ".join(en for _, en in choices),
        ),
        at="reason",
    )


def shared_faults(desk: Desk, customer: Customer, rule: Rule, request: ChangeRequest) -> Iterator[Refusal]:
    """Numbers that other customers have; for a temporary number the section chief decides separately (R12.3)."""
    if rule.temporary:
        return
    for key in sorted(PHONES & set(request.values) & set(rule.sets)):
        checked = check_value(FIELDS[key], request.values[key])
        if not checked.problem:
            yield from duplicates.faults(desk, customer, checked.value, key)


def present(desk: Desk, customer: Customer, key: str) -> str:
    """A field's present value, in clear."""
    known = FIELDS[key]
    if not known.sensitive:
        return read_plain(customer, known)
    token = customer.sealed.get(key)
    return desk.vault.open_field(customer.id, key, token).reveal() if token else ""


def told(
    desk: Desk,
    customer: Customer,
    rule: Rule,
    values: Mapping[str, str],
    reason: str,
    why: str,
    chain: tuple[Post, ...],
    days: int,
) -> Iterator[PlanLine]:
    """The change in words: old and new, why, who signs, what follows. Sensitive values are masked, in the reason too."""
    for key in sorted(set(values) & set(rule.sets)):
        known, old = FIELDS[key], present(desk, customer, key)
        zh = f"{known.title[0]}:{word(desk, key, old, 0)} → {word(desk, key, values[key], 0)}"
        yield PlanLine(
            zh, f"{known.title[1]}: {word(desk, key, old, 1)} → {word(desk, key, values[key], 1)}", rule.article
        )
    if reason:
        yield PlanLine(f"原因:{REASONS[reason][0]}", f"Reason: {REASONS[reason][1]}", rule.article)
    explanation = redact(why.strip())
    yield PlanLine(f"说明:{explanation}", f"Why: {explanation}", rule.article)
    if chain:
        names = [POST_TITLES[post] for post in chain]
        yield PlanLine(
            "审批:" + " → ".join(name[0] for name in names), "Signed by: " + " → ".join(n[1] for n in names), "I3"
        )
    doer = POST_TITLES[rule.carried_out_by]
    within = (f"在 {days} 个工作日内", f"in {days} working day(s)") if days else ("当日", "on the day itself")
    if rule.temporary and days:
        within = (
            f"在客户下次订货(扣款)前、最迟 {days} 个工作日内",
            f"before the next order, in {days} working day(s) at most",
        )
    yield PlanLine(f"由{doer[0]}{within[0]}办理", f"Done by {doer[1]} {within[1]}", "I1")
    yield from _at_the_partner(desk, customer, rule, values)
    yield from _afterwards(rule)


def _at_the_partner(desk: Desk, customer: Customer, rule: Rule, values: Mapping[str, str]) -> Iterator[PlanLine]:
    """What a bank is told: which bank, about which account, and every field that leaves (G2).

    Part of what is signed, so an account that begins to end meanwhile changes the plan.
    """
    if rule.effect in (Effect.END_ACCOUNTS, Effect.CASH_AND_END):
        accounts = stored_accounts.open_accounts(desk.tx, customer.id)
        # In a fixed order, because the lines go into the digest that is signed.
        for account in sorted(accounts, key=lambda row: (row.channel, row.ending)):
            if account.state == AccountState.LIVE:
                zh, en = desk.titles_of(account.channel)
                left = _leaving(desk, account.channel, "unbind_card")
                yield PlanLine(
                    f"向{zh}终止尾号 {account.ending} 的卡(折)协议{left[0]}",
                    f"{en} ends the account ending in {account.ending}{left[1]}",
                    rule.article,
                )
    elif rule.returns is Return.NEW_ACCOUNT:
        yield PlanLine(
            "银行的协议暂不终止:挂失后,或新卡(折)办妥时才终止",
            "The agreement at the bank stays until the loss is reported there or the new account is live",
            rule.article,
        )
    if rule.effect is Effect.BIND_ELSEWHERE:
        channel = desk.channels.get(values.get("settlement_bank", ""))
        zh, en = channel.titles if channel else ("新银行", "the new bank")
        left = _leaving(desk, values["settlement_bank"], channel.binding) if channel and channel.binding else ("", "")
        yield PlanLine(f"在{zh}绑定新的卡(折){left[0]}", f"A new account is bound at {en}{left[1]}", "R10.1")
        yield PlanLine("新银行办妥后,原银行的绑定才终止", "The old binding ends only when the new one is live", "R10.1")


def _leaving(desk: Desk, channel: str, verb: str) -> tuple[str, str]:
    """The fields that leave with a verb, to be put behind a sentence."""
    capability = desk.channels.get(channel)
    if capability is None or verb not in capability.verbs:
        return "", ""
    names = [FIELD_TITLES[name] for name in sorted(leaving_fields(capability, verb))]
    return ";外发字段:" + "、".join(zh for zh, _ in names), "; fields that leave: " + ", ".join(en for _, en in names)


def _afterwards(rule: Rule) -> Iterator[PlanLine]:
    if rule.returns is Return.AFTER_ORDER:
        yield PlanLine("客户订货后 1 个工作日内自动恢复", "Returns by itself in 1 working day after the order", "I2")
    elif rule.returns is Return.NEW_ACCOUNT:
        yield PlanLine("新卡(折)和新协议办妥后恢复电子结算", "Electronic again with the new account", rule.article)
    for post in rule.files_with:
        yield PlanLine(f"报{POST_TITLES[post][0]}备案", f"Filed with {POST_TITLES[post][1]}", rule.article)
    if rule.daily_mail:
        yield PlanLine("列入当日报内管科的邮件", "In the day's mail to internal control", rule.article)


def word(desk: Desk, key: str, value: str, language: int) -> str:
    """A value as a form shows it: a choice by its title, a sensitive one masked."""
    known = desk.known_field(FIELDS[key])
    if not value:
        return "—"
    if known.kind == "phone":
        return mask_phone(value)
    if known.sensitive:
        return "(已填写)" if language == 0 else "(given)"
    return words_of(known, value)[language]


def digest_of(
    desk: Desk,
    customer: Customer,
    version: str,
    rule: Rule,
    values: Mapping[str, str],
    papers: list[str],
    lines: tuple[PlanLine, ...],
) -> str:
    """The digest of what is shown: old and new values (sensitive ones keyed), papers, wording, the rule's version."""
    # Sensitive values by a keyed digest: the digest of the plan is shown, and phone numbers are few enough to guess.
    moved = [
        (key, *(desk.vault.digest(key, text).hex() if FIELDS[key].sensitive else text for text in pair))
        for key in sorted(set(values) & set(rule.sets))
        for pair in [(present(desk, customer, key), values[key])]
    ]
    # Only the zh-CN lines: the English ones are a translation, and rewording them must void nothing.
    signed = [version, str(customer.id), moved, papers, [line.zh for line in lines]]
    return hashlib.sha256(repr(signed).encode()).hexdigest()


def values_of(desk: Desk, row: Application) -> dict[str, str]:
    """What an application wants to set, in clear."""
    values = {key: str(text) for key, text in row.proposed.items()}
    for key, token in row.sealed.items():
        values[key] = desk.vault.open_field(row.customer_id, sealed_as(row.id, key), str(token)).reveal()
    return values


def sealed_as(application_id: UUID, key: str) -> str:
    """The place to which an application's sensitive value is sealed, apart from the record's own."""
    return f"application {application_id} {key}"
