"""What is wrong with a value and how to correct it, in words for people (zh-CN, en)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InputProblem:
    """A problem and its correction."""

    problem: tuple[str, str]
    mend: tuple[str, str]


def _w(zh: str, en: str, mend_zh: str, mend_en: str) -> InputProblem:
    return InputProblem((zh, en), (mend_zh, mend_en))


# By the keys that checks return: these never hold the value, so neither does what people read.
PROBLEMS: dict[str, InputProblem] = {
    "id_number.shape": _w(
        "不是 18 位身份证号", "Not an 18-character ID number", "请照证件重新录入", "Enter it from the card"
    ),
    "id_number.date": _w(
        "出生日期不存在", "The date of birth does not exist", "请照证件重新录入", "Enter it from the card"
    ),
    "id_number.future": _w(
        "出生日期在将来", "The date of birth is in the future", "请照证件重新录入", "Enter it from the card"
    ),
    "until_before_from": _w(
        "到期日早于起始日", "It ends before it begins", "请照许可证核对两个日期", "Compare both days with the licence"
    ),
    "id_number.check": _w("校验位不对", "The check digit is wrong", "请照证件逐位核对", "Compare it digit by digit"),
    "id_number.region": _w("行政区划代码未见过", "Unknown region code", "请核对,无误可保留", "Check it; it may stay"),
    "credit_code": _w(
        "不是有效的统一社会信用代码", "Not a valid credit code", "请照营业执照录入", "Enter it from the licence"
    ),
    "mobile_phone": _w("不是手机号码", "Not a mobile number", "请核对 11 位手机号", "Check the 11 digits"),
    "phone": _w(
        "不是电话号码", "Not a phone number", "请填手机号或带区号的固定电话", "A mobile, or a landline with area code"
    ),
    "card.shape": _w("卡号位数不对", "Wrong number of digits", "请照存款小票录入", "Enter it from the slip"),
    "card.check": _w(
        "卡号校验位不对", "The card's check digit is wrong", "请照存款小票逐位核对", "Compare it digit by digit"
    ),
    "passbook.shape": _w(
        "存折号位数不对", "Wrong number of digits", "请照存折第一页录入", "Enter it from the first page"
    ),
    "licence_no": _w(
        "不是 12 位许可证号", "Not a 12-digit licence number", "请照许可证录入", "Enter it from the licence"
    ),
    "not_listed": _w(
        "不在单位的清单中",
        "Not on the unit's list",
        "请改为清单中的内容;确需新增的,先登记到“单位清单”",
        "Use a value of the list; a new one is entered in the unit's lists first",
    ),
    "customer_code": _w("不是 12 位客户代码", "Not a 12-digit customer code", "请核对客户代码", "Check the code"),
    "text": _w(
        "为空、过长或含有不允许的字符",
        "Empty, too long or with characters not allowed",
        "请改为普通文字",
        "Use plain text",
    ),
    "number_in_text": _w(
        "含有像卡号、电话或身份证号的数字",
        "Holds what looks like a card, phone or ID number",
        "请删去该号码;电话和证件号请填在各自的栏目",
        "Take it out; phones and ID numbers have fields of their own",
    ),
    "name": _w(
        "姓名为空、过长或含有不允许的字符", "Empty, too long or odd characters", "请照证件填写", "As on the licence"
    ),
    "date": _w("不是日期", "Not a date", "请写成 2026-11-23", "Write it as 2026-11-23"),
    "number": _w(
        "不是整数", "Not a whole number", "请填 0 或以上的整数,不带横线", "Enter a whole number from 0 on, no dash"
    ),
    "yes_no": _w("不是“是”或“否”", "Neither yes nor no", "请填是或否", "Enter yes or no"),
    "choice": _w("不在可选范围内", "Not one of the choices", "请从列表中选择", "Choose from the list"),
    "required": _w("没有填写", "Missing", "请填写", "Fill it in"),
    "id_or_credit": _w(
        "身份证号和统一社会信用代码都没有", "Neither ID number nor credit code", "至少填写一个", "Give one of them"
    ),
    "float": _w(
        "被表格软件变成了数字,末位已丢失",
        "The spreadsheet made a number of it; digits are lost",
        "请把该列设为文本格式后重新录入",
        "Format the column as text and type it again",
    ),
    "over": _w(
        "单元格比列名多",
        "It has more cells than there are column names",
        "请删除多出的内容;CSV 中含逗号的内容要加引号",
        "Delete what is too much; in a CSV put quotes around a text with a comma",
    ),
    "unreadable": _w(
        "含有错误值或读不出的内容(如 #REF!、#N/A)",
        "It holds an error value, or what cannot be read (such as #REF!, #N/A)",
        "请填写正确的内容后再导入",
        "Put the right content there and import it again",
    ),
    "unprinted": _w(
        "含有看不见的字符(多从网页、手机或通讯录复制而来)",
        "It holds a character that nobody sees (often copied from a page, a phone or an address book)",
        "请清空后逐字重新录入,不要粘贴",
        "Empty it and type it again; do not paste it",
    ),
    "formula": _w("含有公式", "It holds a formula", "请改为值后再导入", "Replace it by its value"),
    "unit": _w("没有这个单位", "There is no such unit", "请核对单位代码", "Check the unit code"),
    "not_your_unit": _w("不属于您的单位", "Not one of your units", "请由该单位人员导入", "Let that unit import it"),
    "duplicate": _w(
        "与本文件前面的行重复", "Repeats an earlier line of this file", "请删除其中一行", "Delete one of them"
    ),
    "phone_repeated": _w(
        "与本文件前面的行电话相同,不得重号(第十二条第2款)",
        "The phone of an earlier line of this file; none is shared (Article 12(2))",
        "请填写该户自己的号码;确需共用的先空着导入,再逐户写明理由申请共用电话",
        "Give the customer's own; if it must be shared leave it empty here and apply for a shared phone",
    ),
    "phone_held": _w(
        "该电话已被其他客户使用,不得重号(第十二条第2款)",
        "Another customer has this phone; none is shared (Article 12(2))",
        "请填写该户自己的号码;确需共用的先空着导入,再逐户写明理由申请共用电话",
        "Give the customer's own; if it must be shared leave it empty here and apply for a shared phone",
    ),
    "taken_licence": _w(
        "许可证号已属于另一客户",
        "The licence belongs to another customer",
        "请核对许可证号",
        "Check the licence number",
    ),
    "held_unreadable": _w(
        "登记的内容无法读取(不是已销毁),没有比对",
        "What is registered cannot be read (it was not destroyed); it was not compared",
        "请勿重复导入,告知信息中心核对主密钥",
        "Do not import it again; tell the information centre to compare the master key",
    ),
    "taken_code": _w(
        "客户代码已存在且内容不同",
        "The code exists with other content",
        "请核对客户代码;本单位的客户请直接修改其信息,不要重新导入",
        "Check the code; change the record of a customer of your unit instead",
    ),
}


def problem(key: str) -> InputProblem:
    """The words for a problem's key."""
    return PROBLEMS[key]
