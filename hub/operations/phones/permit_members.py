"""The customers of a permit for a shared phone, and who writes the reason of each (R12.5, R12.8)."""

from collections.abc import Mapping

from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks.account_managers import account_manager_of
from hub.registry.customers import customers
from hub.registry.schema import Customer

MANAGER = Post.ACCOUNT_MANAGER


class OthersReason(Refusal):
    """Why a customer shares a phone is written by its own account manager (R12.8)."""

    article = "R12.8"
    says = (
        "客户 {code} 的共用理由由其客户经理{name}写明。",
        "The reason of customer {code} is for {name}, its account manager.",
    )
    then = (
        "该户的理由请留空;提交后平台请其客户经理填写。",
        "Leave that reason empty: its account manager is asked for it once you have sent this.",
    )


class ReasonsMissing(Refusal):
    """A permit is signed only once each customer's reason is written (R12.8)."""

    article = "R12.8"
    says = ("还有客户的共用理由没有写明。", "A customer's reason is still missing.")
    then = ("请等该户的客户经理写明理由后再签。", "Sign when its account manager has written it.")


def members_of(desk: Desk, reasons: Mapping[str, str]) -> list[tuple[Customer, str]]:
    """The customers by code, each with its own reason; at least one belongs to the caller's units.

    The reason of a customer of another account manager is left empty, for that manager to write (R12.8).
    """
    if not 2 <= len(reasons) <= 50:
        raise BadInput(field="共用客户", problem="须为 2 至 50 户", mend="请逐行填写客户代码和理由。")
    known = {code: customers.by_code(desk.tx, code) for code in sorted(reasons)}
    elsewhere = [code for code, customer in known.items() if not is_own(desk, customer)]
    for code in elsewhere:
        # Before anything that would reveal whether another unit has this code.
        if reasons[code].strip():
            raise BadInput(
                field=(f"客户 {code}", f"customer {code}"),
                problem=("没有这个客户,或不属于本单位", "there is no such customer, or it is not of this unit"),
                mend=(
                    "请核对客户代码;外单位客户的理由请留空,由其客户经理写明。",
                    "Check the code; leave the reason of another unit's customer empty: its account manager is asked for it.",
                ),
            )
    missing = any(customer is None for customer in known.values())
    # The refusal names every code outside the caller's units: naming only the unknown would reveal the known.
    if missing or (len(elsewhere) == len(known) and desk.units is not None):
        desk.audit_detail |= {"tried": elsewhere}
        raise BadInput(
            field=(f"客户 {'、'.join(elsewhere)}", f"customer {', '.join(elsewhere)}"),
            problem="没有这个客户",
            mend="请核对客户代码;至少一户属于本单位。",
        )
    members = []
    for code, reason in sorted(reasons.items()):
        customer = known[code]
        assert customer is not None
        if not is_own(desk, customer):
            members.append((customer, ""))
            continue
        manager = others_manager(desk, customer)
        if manager is not None and reason.strip():
            raise OthersReason(code=code, name=manager)
        if manager is None and len(reason.strip()) < 2:
            raise BadInput(
                field=(f"客户 {code}", f"customer {code}"), problem="没有写明理由", mend="每户都须写明共用理由。"
            )
        members.append((customer, shortened(reason, 200)))
    return members


def is_own(desk: Desk, customer: Customer | None) -> bool:
    """Whether the customer is there, and of a unit that this operation covers."""
    return customer is not None and (desk.units is None or customer.unit_code in desk.units)


def others_manager(desk: Desk, customer: Customer) -> str | None:
    """The customer's account manager by name, unless that is the actor or somebody for whom the actor stands in."""
    manager = account_manager_of(desk.tx, customer.id)
    if manager is None or manager.id == desk.actor.user_id:
        return None
    return None if desk.actor.acts_for(MANAGER, customer.unit_code) == manager.name else manager.name
