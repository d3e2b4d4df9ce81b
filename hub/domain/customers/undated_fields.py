"""Why some fields of a customer have no deadline: the row that says when they are filled in instead (R3.1)."""

WITH_LIST = ("第七条第1款:随新入网名单登记", "Article 7(1): comes with the list")
ONE_OF_TWO = (
    "第七条第1款:身份证号与信用代码随名单至少登记一个",
    "Article 7(1): one of ID and credit code comes with the list",
)
CHAIN_ONLY = ("第七条第5款:只标记连锁(加油站)客户", "Article 7(5): marks chain customers alone")
IMPORTANT_ONLY = ("客户信息保护制度:只用于重要客户", "Information policy: for important customers alone")
BY_THE_HUB = ("客户信息保护制度:入网、流失时由系统登记", "Information policy: set at entry and when a customer lapses")
NOT_WEEKLY = ("第十三条:空着为每周一次,不同的才填写", "Article 13: empty is weekly; filled in when it differs")
BY_BINDING = ("第七条第5款:电子结算的客户绑定账户后登记", "Article 7(5): set when an account is bound")
BY_TRAINING = ("第七条第4款:与客户商定培训时登记", "Article 7(4): set when the training is agreed on")
BY_EVALUATION = ("第十四条:等级评定后登记", "Article 14: set after a grade evaluation")
BY_WATCHING = ("第十二条第2款第（4）项:两次变更电话时由系统登记", "Article 12(2)(4): set by the second phone change")
