"""Words of lists, their runs and what the partners are asked in turn, zh-CN and en."""

Titles = dict[str, tuple[str, str]]
JOB: Titles = {"recheck": ("逐户向银行核实账户", "Ask the bank about its accounts in turn")}
CODE: Titles = {"behind": ("部分账户超过一周未得到银行确认", "Some accounts were not confirmed for a week")}
