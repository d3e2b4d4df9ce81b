"""What states and posts are called, zh-CN and English: the one table behind refusals, history and pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from hub.domain.staff.posts import POST_TITLES
from hub.domain.states import AccountState, AgreementState, ApplicationState, AskState, DeviceState, OutageState

Words = tuple[str, str]
State = TypeVar("State", bound=StrEnum)
ASK: Mapping[AskState, Words] = {
    AskState.PLANNED: ("待打包", "Planned"),
    AskState.QUEUED: ("排队", "Queued"),
    AskState.SENDING: ("发送中", "Sending"),
    AskState.ACCEPTED: ("对方已受理", "Accepted"),
    AskState.DONE: ("双方均维护好", "Live on both sides"),
    AskState.REFUSED: ("对方不予办理", "Refused"),
    AskState.IN_DOUBT: ("结果待核实", "In doubt"),
    AskState.ASKED: ("查询中", "Being asked"),
    AskState.PERSON: ("待人工处理", "With a person"),
    AskState.CANCELLED: ("已取消", "Cancelled"),
}
ACCOUNT: Mapping[AccountState, Words] = {
    AccountState.FILED: ("已申报,等待银行", "Filed, bank pending"),
    AccountState.LIVE: ("生效", "Live"),
    AccountState.REFUSED: ("未予办理", "Refused"),
    AccountState.ENDING: ("正在终止", "Ending"),
    AccountState.ENDED: ("已终止", "Ended"),
}
AGREEMENT: Mapping[AgreementState, Words] = {
    AgreementState.SIGNED: ("已签订", "Signed"),
    AgreementState.DELIVERED: ("已送达", "Delivered"),
    AgreementState.LIVE: ("生效", "Live"),
    AgreementState.REFUSED: ("未予办理", "Refused"),
    AgreementState.ENDED: ("已终止", "Ended"),
}
DEVICE: Mapping[DeviceState, Words] = {
    DeviceState.BOUND: ("已绑定", "Bound"),
    DeviceState.LIVE: ("生效", "Live"),
    DeviceState.FAILED: ("故障", "Failed"),
    DeviceState.ENDED: ("已终止", "Ended"),
}
APPLICATION: Mapping[ApplicationState, Words] = {
    ApplicationState.SENT: ("审批中", "Being signed"),
    ApplicationState.SENT_BACK: ("已退回", "Sent back"),
    ApplicationState.APPROVED: ("已批准,待办理", "Approved"),
    ApplicationState.CARRIED_OUT: ("已办理", "Carried out"),
    ApplicationState.REJECTED: ("已驳回", "Rejected"),
    ApplicationState.WITHDRAWN: ("已撤回", "Withdrawn"),
    ApplicationState.VOID: ("已失效", "Void"),
}
OUTAGE: Mapping[OutageState, Words] = {
    OutageState.REPORTED: ("已报告,待批量变更", "Reported"),
    OutageState.SWITCHING: ("正在变更", "Switching"),
    OutageState.STOPPED: ("已停止", "Stopped"),
    OutageState.SWITCHED: ("已改为电话订货", "On the phone"),
    OutageState.ENDED: ("已恢复", "Over"),
    OutageState.WITHDRAWN: ("已撤销", "Withdrawn"),
}


def by_code(table: Mapping[State, Words]) -> dict[str, Words]:
    """The table with plain texts as keys, as rows hold them."""
    return {str(code): words for code, words in table.items()}


_TABLES: tuple[Mapping[Any, Words], ...] = (ASK, ACCOUNT, AGREEMENT, DEVICE, APPLICATION, OUTAGE, POST_TITLES)
# Two nouns may share a state's text: the enum's type tells which words are meant.
_WORDS = {type(next(iter(table))): by_code(table) for table in _TABLES}


def words_of(code: StrEnum) -> Words:
    """A state or post in words. Raises KeyError when it has none: a fault of ours."""
    return _WORDS[type(code)][str(code)]
