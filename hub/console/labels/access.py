"""Words of requests that need a second person."""

Titles = dict[str, tuple[str, str]]
STATE: Titles = {
    "asked_for": ("待复核", "To be decided"),
    "to_be_taken": ("待领取", "To be collected"),
    "done": ("已办结", "Done"),
    "rejected": ("已驳回", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "over": ("已过期", "Over"),
}
KIND: Titles = {
    "grant": ("授予岗位", "Grant a post"),
    "password": ("重置密码", "Reset a password"),
    "token": ("发放接口令牌", "Issue an API token"),
}
TASK: Titles = {
    "confirm_access": ("复核授权或重置密码申请", "Decide on a grant, a token or a new password"),
    "take_password": ("领取一次性密码并当面交付", "Collect a one-time password and hand it over"),
    "take_token": ("领取已复核的接口令牌", "Collect the confirmed API token"),
}
STAFF_NOTICE: Titles = {
    "user_added": ("新增了用户", "A user was added"),
    "post_granted": ("授予了岗位", "A post was granted"),
    "post_revoked": ("收回了岗位", "A post was revoked"),
    "user_deactivated": ("停用了用户", "A user was deactivated"),
    "password_reset": ("重置了密码", "A password was reset"),
    "token_issued": ("发放了接口令牌", "An API token was issued"),
    "tokens_ended": (
        "离岗人员知道的接口令牌已吊销,请重新发放",
        "API tokens known to somebody who left were revoked: issue new ones",
    ),
    "keys_known": (
        "离岗人员知道渠道的密钥,请与合作方更换",
        "Somebody who left knows keys of a channel: replace them with the partner",
    ),
    "access_confirmed": ("您的授权申请已复核同意", "Your request was confirmed"),
    "access_rejected": ("您的授权申请被驳回", "Your request was rejected"),
    "access_over": ("您的授权申请已过期", "Your request expired: it was not decided or collected in time"),
}
DONE: Titles = {
    "access_asked": (
        "申请已提交,由另一人复核或由本人所属单位的人员领取。",
        "Requested: another person must confirm it, or someone of the user's unit collect it.",
    ),
    "access_confirmed": ("已复核同意。", "Confirmed."),
    "access_rejected": ("已驳回,申请人会收到理由。", "Rejected; the requester is told why."),
    "access_withdrawn": ("申请已撤回。", "Withdrawn."),
}
PAGES: dict[str, str] = {"access": "/access#r-{subject_id}"}
COLOURS: dict[str, str] = {"to_be_taken": "orange", "done": "green"}
