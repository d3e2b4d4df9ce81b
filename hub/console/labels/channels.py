"""Words of the channels' pages: settings, legs of a test, products and environments, zh-CN and en."""

from hub.domain.settlement.accounts import KIND_TITLES

Titles = dict[str, tuple[str, str]]
LEG: Titles = {
    "dns": ("域名解析", "Name (DNS)"),
    "connect": ("建立连接", "Connection"),
    "tls": ("加密连接(TLS)", "Encryption (TLS)"),
    "login": ("身份与密钥", "Login and keys"),
    "token": ("令牌", "Token"),
    "permission": ("接口权限", "Rights"),
    "clock": ("时钟", "Clock"),
    "signature": ("签名", "Signature"),
    "answer": ("对方应答", "Answer"),
}
"""The legs of a connection test."""
LEG_CODE: Titles = {
    "inside_address": (
        "是内部地址,安装设置(PARTNERHUB_INSIDE_PARTNERS)没有开放",
        "an inside address that the installation (PARTNERHUB_INSIDE_PARTNERS) does not open",
    ),
    "no_address": ("域名没有对应的地址", "the name has no address"),
    "not_plain": ("地址的写法不规范", "the address is not written plainly"),
}
"""Why an address is not reached, without the address."""
SETTING: Titles = {
    "environment": ("环境", "Environment"),
    "base_url": ("网关地址", "Gateway address"),
    "app_id": ("应用编号", "Application number"),
    "private_key": ("我方私钥", "Our private key"),
    "gateway_public_key": ("对方公钥", "Partner's public key"),
    "cis": ("集团客户编号", "Group customer number"),
    "login_id": ("企业登录编号", "Company login"),
    "contract_no": ("企业签约编号", "Company contract number"),
    "company_account": ("企业账户", "Company account"),
    "company_name": ("企业名称", "Company name"),
    "sign_type": ("签名方式", "Kind of signature"),
    "reply_hash": ("应答验签摘要", "Hash of replies"),
    "charset": ("字符集", "Character set"),
    "hub.rate": ("每秒请求数上限", "Calls a second"),
    "hub.concurrency": ("同时进行的会话数", "Talks at once"),
    "hub.deadline": ("单次应答时限(秒)", "Deadline of an answer (s)"),
    "hub.brake_ends": ("同步制动:终止超过(户数, 占比)", "Brake: ends above (number, share)"),
    "hub.brake_adds": ("同步制动:新增超过(户数, 占比)", "Brake: additions above (number, share)"),
    "hub.brake_changes": ("同步制动:变更超过(户数, 占比)", "Brake: changes above (number, share)"),
    "hub.batch": ("每批户数", "Rows in a package"),
    "hub.settles_within": ("对方无记录后视为未收到的时限(秒)", "When an ask without trace may be believed lost (s)"),
    "hub.result_after": ("受理后首次查询的间隔(秒)", "Before the first question about a result (s)"),
    "hub.counter_days": ("客户到柜台办理的时限(天)", "Days to be at the counter"),
}
ENVIRONMENT: Titles = {
    "local": ("本机(模拟对端)", "This machine (a simulator)"),
    "elsewhere": ("对方网关", "The partner's gateway"),
    "unset": ("未配置", "Not configured"),
    "production": ("生产环境", "Production"),
    "sandbox": ("测试环境", "Sandbox"),
    "test": ("测试环境", "Test"),
}
PRODUCT: Titles = {
    **KIND_TITLES,
    "device": ("订货协议、设备", "Ordering agreement, device"),
    "account": ("账户(插件未注明种类)", "Account (kinds not declared)"),
}
FAULT: Titles = {
    "missing": ("没有填写", "missing"),
    "there is no such setting": ("没有这项设置", "there is no such setting"),
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
PROPOSAL: Titles = {
    "open": ("待复核", "To be confirmed"),
    "confirmed": ("已生效", "In use"),
    "rejected": ("已退回", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "void": ("已作废", "Void"),
}
TASK: Titles = {"confirm_settings": ("复核渠道的地址、密钥等设置", "Confirm a channel's addresses or keys")}
DONE: Titles = {
    "settings": ("设置已保存,几秒内生效。", "Saved; in use in a few seconds."),
    "settings_proposed": (
        "设置已提交,须由另一人复核后才生效。",
        "Proposed; in use once a second person has confirmed.",
    ),
    "settings_rejected": ("提案已了结,现有设置不变。", "Closed; what is on file stays."),
}
STAFF_NOTICE: Titles = {
    "settings_proposed": ("提出更改渠道设置,等待另一人复核", "Settings of a channel were proposed"),
    "settings_confirmed": ("渠道设置已由两人确认并启用", "Settings of a channel were confirmed and are in use"),
    "settings_confirmed_yours": ("您提出的渠道设置已复核通过", "The settings that you proposed are in use"),
    "settings_rejected": ("渠道设置的提案已退回或撤回", "A proposal of settings was rejected or taken back"),
    "settings_rejected_yours": ("您提出的渠道设置被退回", "The settings that you proposed were rejected"),
    "settings_void": ("您提出的渠道设置已作废:设置另有变更", "Your proposal is void: the settings changed meanwhile"),
}
PAGES = {"settings_proposal": "/settings-proposals/{subject_id}"}
