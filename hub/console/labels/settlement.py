"""Words of settlement accounts and agreements, zh-CN and en."""

Titles = dict[str, tuple[str, str]]
ACCOUNT: Titles = {
    "filed": ("已申报,等待银行", "Filed, bank pending"),
    "live": ("生效", "Live"),
    "refused": ("未予办理", "Refused"),
    "ending": ("正在终止", "Ending"),
    "ended": ("已终止", "Ended"),
}
AGREEMENT: Titles = {**ACCOUNT, "signed": ("已签订", "Signed"), "delivered": ("已送达", "Delivered")}
