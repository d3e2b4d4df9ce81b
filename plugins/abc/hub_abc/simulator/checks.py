"""What the bank checks before it takes an agreement: lengths, forms and closed lists of its merchant package."""

import re
from datetime import datetime

from stdnum import luhn

from .gateway import Content, Turned

# PayUnit and PayStep: yearly, quarterly, monthly, weekly, daily.
PLANS = frozenset({("00", "1"), ("04", "3"), ("04", "1"), ("07", "7"), ("07", "1")})
CERTIFICATES = frozenset("IPSJKTFDWURBACEGHLM")
FORMS = {
    "SignNo": r"[0-9A-Za-z_-]{1,60}",
    "BusinessCode": r"[0-9]{6}",
    "CustomAccNo": r"[0-9]{12,20}",
    "CustomAccType": r"[13A]",
    "CustomPhone": r"1[0-9]{10}",
    "CustomCertNo": r"[0-9A-Za-z]{1,30}",
    "SinglePaymentLimit": r"[0-9]{1,9}\.[0-9]{2}",
    "InValidDate": r"[0-9]{4}/[0-9]{2}/[0-9]{2}",
    "SignDesc": r"[0-9]{1,60}",
}
MOST_ROWS = 10_000


def check_fields(content: Content, now: datetime) -> None:
    """Refuse what the bank's own client library would refuse; raises Turned with the field's name."""
    for name, form in FORMS.items():
        text = content.get(name)
        if not isinstance(text, str) or not re.fullmatch(form, text):
            raise Turned("APE009", f"字段格式错误 {name}")
    holder = content.get("CustomName")
    if not isinstance(holder, str) or not 0 < len(holder.encode("gb18030", "replace")) <= 60:
        raise Turned("APE009", "字段格式错误 CustomName")
    if content.get("CustomCertType") not in CERTIFICATES:
        raise Turned("APE009", "字段格式错误 CustomCertType")
    if (content.get("PayUnit"), content.get("PayStep")) not in PLANS:
        raise Turned("APE009", "字段格式错误 PayUnit")
    if content["InValidDate"] < now.strftime("%Y/%m/%d"):
        raise Turned("EPS208", "协议有效期已过")
    if not good_card(content["CustomAccNo"]):
        raise Turned("EPS204", "账户不存在")


def check_batch(content: Content, now: datetime) -> list[Content]:
    """A package's head and the numbers of its rows: count, sum, day; returns the rows. Raises Turned."""
    rows, no = content.get("Details"), content.get("BatchNo")
    if not isinstance(rows, list) or not all(isinstance(entry, dict) for entry in rows):
        raise Turned("APE009", "明细缺失")
    if not isinstance(no, str) or not re.fullmatch("[0-9A-Za-z]{1,20}", no):
        raise Turned("APE009", "批次号格式错误")
    if not 0 < len(rows) <= MOST_ROWS or content.get("TotalCount") != str(len(rows)):
        raise Turned("APE009", "总笔数不符")
    if any(not re.fullmatch(FORMS["SinglePaymentLimit"], str(entry.get("SinglePaymentLimit"))) for entry in rows):
        raise Turned("APE009", "金额格式错误")
    # In cents, as integers: the sum must agree exactly.
    cents = sum(int(entry["SinglePaymentLimit"].replace(".", "")) for entry in rows)
    if content.get("TotalAmount") != f"{cents // 100}.{cents % 100:02d}":
        raise Turned("APE009", "总金额不符")
    for name in ("SeqNo", "SignNo"):
        if len({str(entry.get(name) or "") for entry in rows} - {""}) != len(rows):
            raise Turned("APE009", f"明细重复 {name}")
    if not near(str(content.get("BatchDate")), str(content.get("BatchTime")), now):
        raise Turned("APE009", "批次日期与银行日期不符")
    return rows


def near(day: str, clock: str, now: datetime) -> bool:
    """Whether a day and time of the caller are within a day of the bank's clock."""
    try:
        moment = datetime.strptime(f"{day} {clock}", "%Y/%m/%d %H:%M:%S").replace(tzinfo=now.tzinfo)
    except ValueError:
        return False
    return abs((moment - now).total_seconds()) < 86400


def good_card(number: str) -> bool:
    """Digits of a card's length with a right Luhn digit."""
    return number.isascii() and number.isdigit() and len(number) in (16, 19) and bool(luhn.is_valid(number))
