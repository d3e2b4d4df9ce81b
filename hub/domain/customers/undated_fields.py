"""Why some fields of a customer have no deadline: the row that says when they are filled in instead (R3.1)."""

WITH_LIST = ("R7.1:随新入网名单登记", "R7.1: comes with the list")
ONE_OF_TWO = ("R7.1:身份证号与信用代码随名单至少登记一个", "R7.1: one of ID and credit code comes with the list")
CHAIN_ONLY = ("R7.12:只标记中石油、中石化类客户", "R7.12: marks chain customers alone")
IMPORTANT_ONLY = ("G10:只用于重要客户", "G10: for important customers alone")
BY_THE_HUB = ("G11:入网、流失时由系统登记", "G11: set at entry and when a customer lapses")
NOT_WEEKLY = ("R13.2:空着为每周一次,不同的才填写", "R13.2: empty is weekly; filled in when it differs")
BY_BINDING = ("R7.9:电子结算的客户绑定账户后登记", "R7.9: set when an account is bound")
BY_TRAINING = ("R7.6:与客户商定培训时登记", "R7.6: set when the training is agreed on")
BY_EVALUATION = ("R14.1:等级评定后登记", "R14.1: set after a grade evaluation")
BY_WATCHING = ("R12.6:两次变更电话时由系统登记", "R12.6: set by the second phone change")
