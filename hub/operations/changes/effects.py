"""What carrying a change out does, by the effect that its rule names."""

from collections.abc import Callable, Mapping
from typing import Any

from hub.domain.changes import Effect, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import AccountState, ApplicationState
from hub.operations.customers.fields import set_field
from hub.operations.customers.record import touch
from hub.operations.desk import Desk
from hub.operations.onboarding.web_ordering import set_up
from hub.operations.phones.call_stops import number_changed
from hub.operations.phones.exceptions import decided
from hub.operations.phones.watch_list import phones_changed
from hub.operations.settlement.account_ending import start_ending
from hub.operations.settlement.kept_orders import release_settled_order
from hub.operations.settlement.stale_notices import withdraw_untold
from hub.operations.tasks.custodians import record_made
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import now
from hub.registry.changes import applications
from hub.registry.schema import Application, Customer
from hub.registry.settlement import accounts

from .copies import tell_end
from .first_delivery import refuse_disagreement
from .plan import values_of
from .temporary import begin, values_now

# Returns whether that completes the change; False: a partner's answer will.
CarryOut = Callable[[Desk, Application, Rule, Customer], bool]


class ByBinding(Refusal):
    """Another bank is entered by binding the account there (R10.1)."""

    article = "R10.1"
    says = ("变更结算银行通过绑定新银行的账户办理。", "Another bank is entered by binding the account there.")
    then = (
        "请在客户页面点“绑定结算账户”,选择新银行;新账户生效后原账户自动终止。",
        "Press “Bind an account” on the customer's page; the old one ends when the new one is live.",
    )
    elsewhere = (
        "请绑定新银行的账户;新账户生效后原账户自动终止。",
        "Bind an account there; the old one ends when the new one is live.",
    )


class BankStillEnding(Refusal):
    """Our part is done; the bank has yet to end the account (R9.2)."""

    article = "R9.2"
    says = (
        "已向银行申请终止原账户,银行终止后自动变为现金结算。",
        "The bank was asked to end the account; the customer pays cash as soon as it has.",
    )
    then = (
        "请查看银行的办理结果;银行未予终止的,列入“信息不一致”。",
        "See what the bank answers; a refusal by the bank becomes a difference to settle.",
    )


def carry(desk: Desk, row: Application, rule: Rule) -> None:
    """Do what an approved application asks, and note it as done, unless the bank has to answer first (R9.2)."""
    customer = desk.customer(row.customer_id, "申请")
    # Read before the effect: afterwards the old values are gone.
    before = values_now(customer, rule)
    # False: the bank's answer completes it later (R9.2).
    if not EFFECTS[rule.effect](desk, row, rule, customer):
        return
    if "settlement_method" in rule.sets:
        release_settled_order(desk, customer)
        # A notice that was not told yet speaks of the old settlement.
        withdraw_untold(desk, customer)
    if rule.temporary:
        begin(desk, row, rule, customer, before)
    done(desk, row, rule)


def done(desk: Desk, row: Application, rule: Rule) -> None:
    """Close a carried-out application; a task tells the post that files it."""
    applications.step(row, ApplicationState.CARRIED_OUT)
    row.done_at, row.done_by_name = now(), desk.actor.name
    close_tasks(desk, "application", row.id, "done")
    tell_end(desk, row)
    if rule.daily_mail:
        recipients, customer_id = [Post.INTERNAL_CONTROL], row.customer_id
        tell(
            desk,
            "change_done",
            rule.article,
            recipients,
            row.unit_code,
            customer_id=customer_id,
            in_mail=True,
            rule=rule.key,
        )
    # By the new number the call desk may reach a customer whom it had stopped calling (R12.2).
    if rule.phones:
        number_changed(desk, row.customer_id)
    record_made(desk, row, rule.carried_out_by)
    for post in rule.files_with:
        open_task(
            desk,
            "file",
            rule.article,
            post=post,
            unit_code=row.unit_code,
            subject=("application", row.id),
            customer_id=row.customer_id,
            days=1,
            details={"rule": rule.key},
        )


def set_fields(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """Set the fields, with history under the rule's article."""
    changes: dict[str, list[Any]] = {}
    for key, text in values_of(desk, row).items():
        changes |= set_field(desk, customer, FIELDS[key], text, decided=decided(row, rule))
    phones_changed(desk, customer, rule.article, changes)
    touch(desk, customer, rule.article, row.why, changes)
    return True


def end_accounts(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """Electronic to cash for good: the bank ends the account; the customer pays cash once it has (R9.2).

    Done at once only for a customer for whom no bank holds an account. Raises BankStillEnding.
    """
    if end_live(desk, row, rule, customer):
        return False
    refuse_begun(desk, rule, customer)
    return set_fields(desk, row, rule, customer)


def refuse_begun(desk: Desk, rule: Rule, customer: Customer) -> None:
    """Raise BankStillEnding if the change has begun and waits for the bank: a second click is no second change."""
    if rule.effect is not Effect.END_ACCOUNTS or accounts.live_account(desk.tx, customer.id) is not None:
        return
    if any(account.state == AccountState.ENDING for account in accounts.open_accounts(desk.tx, customer.id)):
        raise BankStillEnding()


def end_live(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """Begin to end the live account, even if the bank cannot be told now; returns whether there was one."""
    account = accounts.live_account(desk.tx, customer.id)
    if account is None:
        return False
    start_ending(desk, customer, account, rule.article)
    touch(desk, customer, rule.article, row.why, {"account": [AccountState.LIVE, AccountState.ENDING]})
    return True


def cash_and_end(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """Cash from now, and the lost card's agreement ends at the bank, so that a new card can be bound (R8.1)."""
    set_fields(desk, row, rule, customer)
    # True, unlike in end_accounts: the customer pays cash from now, whenever the bank ends the account.
    end_live(desk, row, rule, customer)
    return True


def bind_elsewhere(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """Refuse: this is done by binding the account at the new bank (R10.1)."""
    raise ByBinding()


def first_delivery(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """The route is corrected when account manager and driver agree (R7.14)."""
    refuse_disagreement(desk, row)
    return set_fields(desk, row, rule, customer)


def web_ordering(desk: Desk, row: Application, rule: Rule, customer: Customer) -> bool:
    """Set up on the web; the password, its delivery and the training follow (R7.6)."""
    set_fields(desk, row, rule, customer)
    set_up(desk, customer)
    return True


EFFECTS: Mapping[Effect, CarryOut] = {
    Effect.SET: set_fields,
    Effect.END_ACCOUNTS: end_accounts,
    Effect.CASH_AND_END: cash_and_end,
    Effect.BIND_ELSEWHERE: bind_elsewhere,
    Effect.FIRST_DELIVERY: first_delivery,
    Effect.WEB_ORDERING: web_ordering,
}
