"""Words of the channels' pages: settings, legs of a test, products and environments, zh-CN and en."""

from hub.domain.settlement import KIND_TITLES

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
