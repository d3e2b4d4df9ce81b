"""The words of the day's mail to internal control; never a sensitive value (R12.1, R12.2, G4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hub.domain.articles import cited
from hub.domain.changes import RULES

# The words of an entry by its kind: exactly the kinds that are notified with `in_mail`, which a test holds.
KINDS: dict[str, str] = {
    "change_done": "已办理:{rule}",
    "change_returned": "临时变更已恢复:{rule}",
    "duplicate_reported": "临时电话与其他客户重号,报科长决定",
    "phone_shared": "申请共用订货电话",
    "watched": "一个月内两次变更电话,列入重点关注",
    "settings_proposed": "提出更改渠道的地址、密钥等设置,待另一人复核",
    "settings_confirmed": "渠道的地址、密钥等设置已由两人确认并启用",
    "settings_rejected": "渠道设置的提案已退回或撤回",
    "address_moved": "客户地址变更,送货顺序未调整",
}
# The wait before a mail is tried again doubles from the first to the longest: the day's mail should leave that day.
FIRST_AGAIN, LONGEST_AGAIN = timedelta(minutes=2), timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One line: Beijing time of day, article, the customer's code, what, who."""

    at: str
    article: str
    customer_code: str
    kind: str
    rule: str
    ending: str
    by_name: str

    def words(self) -> str:
        """The line. Of a number at most its last four digits."""
        rule = RULES[self.rule].title[0] if self.rule in RULES else ""
        what = KINDS.get(self.kind, "登记事项").format(rule=rule)
        ending = f"(尾号 {self.ending[-4:]})" if self.ending else ""
        return f"{self.at}  [{cited(self.article)[0]}]  客户 {self.customer_code or '—'}  {what}{ending}  经办:{self.by_name}"


def subject(unit: str, day: date, entries: int) -> str:
    """The mail's subject."""
    return f"客户信息变更日报 {unit} {day.isoformat()}(共 {entries} 项)"


def body(unit: str, day: date, entries: Sequence[Entry], anchor: str = "") -> str:
    """The mail's text. `anchor`: the audit chain's newest link, which leaves the database with it (G5)."""
    lines = [f"{unit} {day.isoformat()} 应报内管科的事项共 {len(entries)} 项:", ""]
    lines += [f"{number}. {entry.words()}" for number, entry in enumerate(entries, start=1)]
    if anchor:
        lines += ["", f"审计链锚点(请留存,核验审计时使用):{anchor}"]
    return "\n".join([*lines, "", "详情请在平台按客户代码查看。本邮件由系统生成,不含电话号码和账号。", ""])


def message_id(unit_code: str, day: date) -> str:
    """The same for every copy of a unit's mail of a day, so that mail programs recognise a second delivery."""
    return f"<daily.{unit_code}.{day:%Y%m%d}@partnerhub.invalid>"


def again_after(tries: int) -> timedelta:
    """How long to wait after this many tries."""
    # The exponent is bounded before it is used: after a thousand tries the product would not fit a timedelta.
    return min(FIRST_AGAIN * (1 << min(tries - 1, 10)), LONGEST_AGAIN)
