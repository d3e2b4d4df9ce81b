"""The field catalogue: every field that the regulation names for a customer (R2.1), as one table."""

from collections.abc import Mapping
from typing import Any

from hub.domain.staff.posts import Post

from . import deadlines as within
from . import undated_fields as why
from .choices import (
    DAYS,
    DISPLAYS,
    FORMATS,
    INVOICES,
    LEVELS,
    MARKETS,
    ORDER_METHODS,
    SETTLEMENT_METHODS,
    STAGES,
    TRADE_AREAS,
)
from .fields import Field, Group

CLERK, MANAGER, LICENCE = Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.LICENCE_OFFICER


def _f(key: str, group: Group, zh: str, en: str, owner: Post = CLERK, **more: Any) -> Field:
    return Field(key=key, group=group, title=(zh, en), owner=owner, **more)


# Deadline, row and duty of fields that share them: market (R7.3), grading, attitude and all others (R7.4).
MARKET: Mapping[str, Any] = {"deadline": within.MARKET, "article": "R7.3", "required": True}
GRADING: Mapping[str, Any] = {"deadline": within.GRADING, "article": "R7.4", "required": True}
ATTITUDE: Mapping[str, Any] = {"deadline": within.ATTITUDE, "article": "R7.4", "required": True}
REST: Mapping[str, Any] = {"deadline": within.OTHERS, "article": "R7.4"}


def _two_days(key: str, zh: str, en: str, **more: Any) -> Field:
    return _f(key, Group.BUSINESS, zh, en, CLERK, deadline=within.BUSINESS, article="R7.2", required=True, **more)


IDENTIFICATION = (
    _f(
        "customer_code",
        Group.IDENTIFICATION,
        "客户代码",
        "Customer code",
        LICENCE,
        core=True,
        required=True,
        undated=why.WITH_LIST,
    ),
    _f(
        "licence_no",
        Group.IDENTIFICATION,
        "烟草证号",
        "Licence number",
        LICENCE,
        kind="licence_no",
        core=True,
        undated=why.WITH_LIST,
    ),
    _f(
        "licence_holder",
        Group.IDENTIFICATION,
        "持证人",
        "Licence holder",
        LICENCE,
        core=True,
        data_class="identity",
        undated=why.WITH_LIST,
    ),
    _f(
        "shop_name", Group.IDENTIFICATION, "店名", "Shop name", LICENCE, core=True, required=True, undated=why.WITH_LIST
    ),
    _f("unit_code", Group.IDENTIFICATION, "单位代码", "Unit", LICENCE, core=True, required=True, undated=why.WITH_LIST),
    _f(
        "id_number",
        Group.IDENTIFICATION,
        "身份证号",
        "ID number",
        LICENCE,
        kind="id_number",
        data_class="identity",
        undated=why.ONE_OF_TWO,
    ),
    _f(
        "credit_code",
        Group.IDENTIFICATION,
        "统一社会信用代码",
        "Credit code",
        LICENCE,
        kind="credit_code",
        undated=why.ONE_OF_TWO,
    ),
    _f("licence_valid_from", Group.IDENTIFICATION, "烟草证起始日", "Licence from", LICENCE, kind="date", **REST),
    _f("licence_valid_until", Group.IDENTIFICATION, "烟草证到期日", "Licence until", LICENCE, kind="date", **REST),
    _f(
        "chain_customer",
        Group.IDENTIFICATION,
        "连锁(加油站)客户",
        "Chain customer",
        LICENCE,
        kind="yes_no",
        core=True,
        undated=why.CHAIN_ONLY,
    ),
)
BASIC = (
    _f(
        "address",
        Group.BASIC,
        "经营地址",
        "Address",
        CLERK,
        data_class="contact",
        deadline=within.BUSINESS,
        article="R7.2",
        required=True,
    ),
    _f(
        "order_phone",
        Group.BASIC,
        "订货电话",
        "Order phone",
        kind="phone",
        data_class="contact",
        required=True,
        deadline=within.BUSINESS,
    ),
    _f(
        "backup_phone",
        Group.BASIC,
        "备用电话",
        "Backup phone",
        kind="phone",
        data_class="contact",
        article="R12.2",
        deadline=within.OTHERS,
    ),
    _f("contact", Group.BASIC, "联系人", "Contact", MANAGER, data_class="contact", **REST),
    _f(
        "second_contact",
        Group.BASIC,
        "第二联系人",
        "Second contact",
        MANAGER,
        data_class="contact",
        article="G10",
        undated=why.IMPORTANT_ONLY,
    ),
    _f(
        "important_customer",
        Group.BASIC,
        "重要客户",
        "Important customer",
        MANAGER,
        kind="yes_no",
        article="G10",
        undated=why.IMPORTANT_ONLY,
    ),
    _f("stage", Group.BASIC, "客户阶段", "Stage", choices=STAGES, core=True, article="G11", undated=why.BY_THE_HUB),
    _f("industry", Group.BASIC, "所属行业", "Industry", MANAGER, article="G11", deadline=within.OTHERS),
    _f("size", Group.BASIC, "经营规模", "Size", MANAGER, choices=LEVELS, required=True, **REST),
    _f(
        "customer_since",
        Group.BASIC,
        "合作起始日",
        "Customer since",
        kind="date",
        article="G11",
        deadline=within.OTHERS,
    ),
)
BUSINESS = (
    _two_days("location", "地理位置", "Location"),
    _two_days("visit_batch", "访销批次", "Visit batch", data_class="trading"),
    _two_days("delivery_route", "送货线路", "Delivery route", data_class="trading"),
    _two_days("stop_order", "送货顺序", "Stop order", kind="number", data_class="trading"),
    _two_days("invoice_type", "票据类型", "Invoice type", choices=INVOICES, data_class="trading"),
    _two_days("account_manager", "客户经理", "Account manager"),
    _two_days("delivery_driver", "送货员", "Delivery driver"),
    _two_days("call_clerk", "电访员", "Call clerk"),
    _two_days("order_method", "订货方式", "Order method", choices=ORDER_METHODS, data_class="trading"),
    _two_days("order_day", "订货日", "Order day", choices=DAYS, data_class="trading"),
    _f(
        "order_cycle",
        Group.BUSINESS,
        "订货周期",
        "Order cycle",
        kind="number",
        data_class="trading",
        article="R13.2",
        undated=why.NOT_WEEKLY,
    ),
    _f(
        "visit_route",
        Group.BUSINESS,
        "拜访线路",
        "Visit route",
        data_class="trading",
        article="R13.1",
        deadline=within.OTHERS,
    ),
    _f(
        "settlement_method",
        Group.BUSINESS,
        "结算方式",
        "Settlement",
        choices=SETTLEMENT_METHODS,
        core=True,
        article="R7.2",
        deadline=within.BUSINESS,
    ),
    _f(
        "settlement_bank",
        Group.BUSINESS,
        "结算银行",
        "Settlement bank",
        kind="bank",
        core=True,
        article="R7.9",
        undated=why.BY_BINDING,
    ),
    _f(
        "training_date",
        Group.BUSINESS,
        "培训日期",
        "Training date",
        MANAGER,
        kind="date",
        article="R7.6",
        undated=why.BY_TRAINING,
    ),
)
OPERATING = (
    _f("market_type", Group.OPERATING, "市场类型", "Market type", MANAGER, choices=MARKETS, **MARKET),
    _f("business_format", Group.OPERATING, "经营业态", "Format", MANAGER, choices=FORMATS, **MARKET),
    _f(
        "quantified_data",
        Group.OPERATING,
        "科学定量",
        "Quantified data",
        MANAGER,
        kind="number",
        data_class="trading",
        **MARKET,
    ),
    _f("trade_area_type", Group.OPERATING, "商圈类型", "Trade area", MANAGER, choices=TRADE_AREAS, **GRADING),
    _f(
        "customer_grade",
        Group.OPERATING,
        "客户等级",
        "Grade",
        Post.SECTION_CHIEF,
        article="R14.1",
        data_class="trading",
        undated=why.BY_EVALUATION,
    ),
    _f("attention", Group.OPERATING, "重视程度", "Attention", MANAGER, choices=LEVELS, **ATTITUDE),
    _f("cooperation", Group.OPERATING, "客户经理合作程度", "Cooperation", MANAGER, choices=LEVELS, **ATTITUDE),
)
COMPLIANCE = (
    _f(
        "licence_status",
        Group.COMPLIANCE,
        "许可证状态",
        "Licence status",
        LICENCE,
        choices={"valid": ("有效", "Valid"), "suspended": ("停业", "Suspended"), "revoked": ("注销", "Revoked")},
        **REST,
    ),
    _f("compliance_record", Group.COMPLIANCE, "守法记录", "Compliance record", Post.INTERNAL_CONTROL, **REST),
    _f(
        "watch_list",
        Group.COMPLIANCE,
        "重点关注",
        "Watch list",
        Post.INTERNAL_CONTROL,
        kind="yes_no",
        article="R12.6",
        undated=why.BY_WATCHING,
    ),
)
IMAGE = (
    _f("display_form", Group.IMAGE, "出样形式", "Display form", MANAGER, choices=DISPLAYS, **GRADING),
    _f("shop_sign", Group.IMAGE, "店招", "Shop sign", MANAGER, **REST),
    _f("price_tags", Group.IMAGE, "明码标价", "Price tags", MANAGER, kind="yes_no", **REST),
)
CATALOGUE: tuple[Field, ...] = IDENTIFICATION + BASIC + BUSINESS + OPERATING + COMPLIANCE + IMAGE
FIELDS: dict[str, Field] = {field.key: field for field in CATALOGUE}
