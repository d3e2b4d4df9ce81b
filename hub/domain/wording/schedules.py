"""When a recurring job runs, zh-CN and English."""

WEEKDAYS = (
    ("周日", "Sundays"),
    ("周一", "Mondays"),
    ("周二", "Tuesdays"),
    ("周三", "Wednesdays"),
    ("周四", "Thursdays"),
    ("周五", "Fridays"),
    ("周六", "Saturdays"),
)


def rhythm(cron: str, days: str) -> tuple[str, str]:
    """A cron line of ours in words: minutes apart, hourly, on a day of the week, on working days, or daily."""
    minute, hour, _, _, weekday = cron.split()
    if minute.startswith("*/"):
        return f"每 {minute[2:]} 分钟", f"Every {minute[2:]} minutes"
    if hour == "*":
        return f"每小时第 {minute} 分钟", f"Hourly, {minute} minutes past"
    at = f"{int(hour):02}:{int(minute):02}"
    if weekday != "*":
        zh, en = WEEKDAYS[int(weekday) % 7]
        return f"每{zh} {at}", f"{en} {at}"
    return (f"每个工作日 {at}", f"Working days {at}") if days == "working" else (f"每天 {at}", f"Daily {at}")
