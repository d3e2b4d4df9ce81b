"""What a channel's settings are called, and what is wrong with one, zh-CN and English."""

Titles = dict[str, tuple[str, str]]
SETTING: Titles = {
    "environment": ("环境", "Environment"),
    "base_url": ("网关地址", "Gateway address"),
    "charset": ("字符集", "Character set"),
    "hub.rate": ("每秒发送次数上限", "Calls a second"),
    "hub.concurrency": ("同时进行的会话数", "Talks at once"),
    "hub.deadline": ("单次应答时限(秒)", "Deadline of an answer (s)"),
    "hub.brake_ends": ("异动过多即暂停:终止超过(户数, 占比)", "Brake: ends above (number, share)"),
    "hub.brake_adds": ("异动过多即暂停:新增超过(户数, 占比)", "Brake: additions above (number, share)"),
    "hub.brake_changes": ("异动过多即暂停:变更超过(户数, 占比)", "Brake: changes above (number, share)"),
    "hub.batch": ("每批户数", "Rows in a package"),
    "hub.settles_within": ("对方无记录后视为未收到的时限(秒)", "When an ask without trace may be believed lost (s)"),
    "hub.result_after": ("受理后首次查询的间隔(秒)", "Before the first question about a result (s)"),
    "hub.counter_days": ("客户到柜台办理的时限(天)", "Days to be at the counter"),
}
FAULT: Titles = {
    "missing": ("没有填写", "missing"),
    "there is no such setting": ("没有这项设置", "there is no such setting"),
    "no private key in PEM or base64 (PKCS8 or PKCS1) without password": (
        "不是未加密的私钥(PEM,或不带首尾行的 base64,PKCS8、PKCS1 均可)",
        "no private key in PEM or base64 (PKCS8 or PKCS1) without password",
    ),
    "no public key in PEM or base64": (
        "不是公钥(PEM,或不带首尾行的 base64)",
        "no public key in PEM or base64",
    ),
    "no RSA key": ("不是 RSA 密钥", "no RSA key"),
    "a number": ("应为数字", "a number"),
    "a number above zero": ("应为大于零的数字", "a number above zero"),
    "true or false": ("应为 true 或 false", "true or false"),
    "written like 5/s or 30/m": ("请按 5/s、30/m 填写", "written like 5/s or 30/m"),
    "a number and a share, like 500, 5%": ("请按“500, 5%”填写户数和占比", "a number and a share, like 500, 5%"),
    "an address beginning with https:// or http://": (
        "应为 https:// 或 http:// 开头的地址",
        "an address beginning with https:// or http://",
    ),
    "an address without user name and password": (
        "地址中不能带用户名、密码",
        "an address without user name and password",
    ),
    "an address whose host is a name in ASCII, four decimal numbers, or an IPv6 address without zone": (
        "主机须为英文域名、四段十进制地址或不带区域的 IPv6 地址",
        "an address whose host is a name in ASCII, four decimal numbers, or an IPv6 address without zone",
    ),
}
"""What is wrong with a setting, as the hub says it; a plugin's own objection is shown as it stands."""


def title(name: str) -> tuple[str, str]:
    """A setting of every channel by its title, another by its name."""
    return SETTING.get(name, (name, name))


def fault(words: str) -> tuple[str, str]:
    """What is wrong with a setting; a plugin's own objection stays as it is."""
    return FAULT.get(words, (words, words))
