"""The rows of the regulation in order, each with a short name, for the coverage page."""

from collections.abc import Mapping

from .plain_text import Bilingual

# R2.1 to R18.1; the names are ours, the passages are in the regulation.
ROWS: Mapping[str, Bilingual] = {
    "R2.1": ("六类信息,字段归属与分级", "Six groups of information"),
    "R3.1": ("按期填齐启用字段", "Fields filled in by their deadline"),
    "R3.2": ("信息中心停用字段", "Fields switched off"),
    "R4.1": ("各岗位按授权办理", "Each post within its grants"),
    "R5.1": ("A、B岗与休假移交", "A and B holders, leave"),
    "R6.1": ("密码定期更换", "Passwords changed on a rhythm"),
    "R7.1": ("新入网户名单", "The list of new entrants"),
    "R7.2": ("访销、配送、订货与结算安排", "Visits, delivery, ordering, settlement"),
    "R7.3": ("市场类型、业态与定量", "Market type, format, quantities"),
    "R7.4": ("商圈、出样、重视与合作程度", "Trade area, display, attention, cooperation"),
    "R7.5": ("首次订货前审定定量", "Quantities approved before the first order"),
    "R7.6": ("网上订货开通与培训", "Web ordering and its training"),
    "R7.7": ("手机订货(电信)", "Handset ordering"),
    "R7.8": ("烟信通订货(移动)", "Yanxintong ordering"),
    "R7.9": ("电子结算开户与双方确认", "Debit settlement on both sides"),
    "R7.10": ("协议成批送行与回执", "Agreements in batches with receipts"),
    "R7.11": ("贷记卡与等级证明", "Credit card and grade certificate"),
    "R7.12": ("户名须为持证人", "The payer is the licence holder"),
    "R7.13": ("存款凭条或存折复印件", "Deposit slip or passbook copy"),
    "R7.14": ("首次送货发现线路不准", "Route wrong at the first delivery"),
    "R8.1": ("卡丢失已挂失", "Card lost and reported"),
    "R8.2": ("卡丢失未挂失", "Card lost, not reported"),
    "R8.3": ("卡损坏", "Card damaged"),
    "R8.4": ("换折与忘记密码", "Passbook replaced, password forgotten"),
    "R8.5": ("贷记卡丢失", "Credit card lost"),
    "R9.1": ("现金变为电子结算", "Cash to electronic"),
    "R9.2": ("电子长期变为现金", "Electronic to cash for good"),
    "R9.3": ("电子临时变为现金", "Electronic to cash for now"),
    "R10.1": ("变更结算银行", "Another settlement bank"),
    "R11.1": ("订货系统故障", "Ordering system down"),
    "R11.2": ("客户设备故障", "The customer's device fails"),
    "R11.3": ("协议期内不得变更订货方式", "No other method during the term"),
    "R11.4": ("网上订货改为其他方式", "Web to another method"),
    "R11.5": ("计划停电", "Planned power cuts"),
    "R11.6": ("协助网上订货户", "Help for web customers"),
    "R12.1": ("电话告知变更订货电话", "Phone changed by telephone"),
    "R12.2": ("两个电话均有故障", "Both phones fail"),
    "R12.3": ("电话查重", "Duplicate check"),
    "R12.4": ("长期变更订货电话", "Phone changed for good"),
    "R12.5": ("重复电话的审批与走访", "Permits for shared phones"),
    "R12.6": ("一月内两次变更的关注名单", "Watch list"),
    "R13.1": ("线路会议", "Route meeting"),
    "R13.2": ("批次变更不重复、不连续访销", "No double and no consecutive visit"),
    "R13.3": ("线路负荷与销量均衡", "Route load and balance"),
    "R13.4": ("急需的个别调整", "Urgent single change"),
    "R13.5": ("送货员调整送货顺序", "Drivers reorder stops"),
    "R14.1": ("客户等级评定", "Grade review"),
    "R15.1": ("首问负责", "One owner to the end"),
    "R16.1": ("资料保管与移交", "Custody of papers"),
    "R17.1": ("及时性与准确性考核", "Timeliness and accuracy"),
    "R18.1": ("未经许可不得复制导出", "No export without permission"),
}


def order(row: str) -> int:
    """Where a row stands; rows of other policies come last."""
    return list(ROWS).index(row) if row in ROWS else len(ROWS)
