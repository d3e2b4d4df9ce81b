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
"""Why an address was not reached, without naming the address."""
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
