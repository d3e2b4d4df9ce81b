"""Values that a field of the catalogue may have, with their words, zh-CN and English (R2.1)."""

from collections.abc import Mapping

Choices = Mapping[str, tuple[str, str]]

ORDER_METHODS: Choices = {
    "web": ("网上订货", "Web"),
    "phone": ("电话订货", "Phone"),
    "handset": ("手机订货", "Handset"),
    "yanxintong": ("烟信通订货", "Yanxintong"),
}
# Methods by a carrier's device, to which its agreement binds the customer (R7.7, R7.8).
DEVICE_METHODS = frozenset({"handset", "yanxintong"})
AGREEMENT_KINDS = frozenset({"tri_party", "two_party"})
SETTLEMENT_METHODS: Choices = {
    "cash": ("现金结算", "Cash"),
    "electronic": ("电子结算", "Electronic"),
    "company_account": ("汇入单位账户", "Paid into the company's account"),
}
MARKETS: Choices = {"city": ("城镇", "Town"), "country": ("乡村", "Country")}
FORMATS: Choices = {
    "convenience": ("便利店", "Convenience store"),
    "supermarket": ("超市", "Supermarket"),
    "mall": ("商场", "Mall"),
    "tobacco_shop": ("烟酒商店", "Tobacco and spirits"),
    "grocery": ("食杂店", "Grocery"),
    "leisure": ("娱乐服务", "Leisure"),
    "petrol_station": ("加油站", "Petrol station"),
    "other": ("其他", "Other"),
}
LEVELS: Choices = {"high": ("高", "High"), "middle": ("中", "Middle"), "low": ("低", "Low")}
STAGES: Choices = {
    "potential": ("潜在", "Potential"),
    "registered": ("在册", "Registered"),
    "lapsed": ("流失", "Lapsed"),
}
INVOICES: Choices = {"general": ("普通发票", "General"), "special": ("增值税专用发票", "VAT special")}
DAYS: Choices = {
    "1": ("周一", "Monday"),
    "2": ("周二", "Tuesday"),
    "3": ("周三", "Wednesday"),
    "4": ("周四", "Thursday"),
    "5": ("周五", "Friday"),
}
TRADE_AREAS: Choices = {
    "residential": ("居民区", "Residential"),
    "commercial": ("商业区", "Commercial"),
    "office": ("办公区", "Office"),
    "school": ("院校学区", "School"),
    "industrial": ("工业区", "Industrial"),
    "transport": ("交通枢纽", "Transport"),
    "tourist": ("旅游景区", "Tourist"),
    "rural": ("农林渔牧区", "Rural"),
}
DISPLAYS: Choices = {"counter": ("柜台出样", "Counter"), "wall": ("背柜出样", "Wall"), "open": ("开放出样", "Open")}
