"""Timeliness and accuracy by post and by channel: tables, and plots that say the same (R17.1)."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, Request

from hub.console.charts import BLUE, GREEN, GREY, ORANGE, RED, Number, Plot, Series
from hub.console.pages import page
from hub.console.rendering import language, teller, title_of, words_of
from hub.operations.desk import Desk
from hub.operations.oversight import timeliness
from hub.operations.oversight.timeliness import Figures

router = APIRouter()
Tell = Callable[[str, str], str]


def _month(reader: Desk, request: Request, month: str = "") -> dict[str, object]:
    """One month."""
    view, tell = timeliness.show_timeliness(reader, month), teller(request)
    tongue = language(request)
    posts = _plots(view.posts, [words_of("post", figures.key, tongue) for figures in view.posts], "post", tell)
    banks = [title_of(request, "channel", figures.key) for figures in view.channels]
    channels = _plots(view.channels, banks, "", tell)
    return {"view": view, "plots": [*posts, *channels]}


def _plots(rows: Sequence[Figures], names: list[str], of: str, tell: Tell) -> list[Plot]:
    """How many were in time, and how long they took."""
    title = tell("各岗位办理及时性", "Tasks by post") if of else tell("各渠道应答及时性", "Asks by channel")
    piles = [
        (tell("按时", "In time"), [figures.in_time for figures in rows], GREEN),
        (tell("逾期办结", "Late"), [figures.late for figures in rows], ORANGE),
        (tell("逾期未办", "Open and late"), [figures.open_late for figures in rows], RED),
        (tell("未到期", "Open"), [figures.open for figures in rows], GREY),
    ]
    counts = Plot(
        title,
        "",
        [tell("件", "number")],
        names,
        [Series(name, [*values], at, stack=True) for name, values, at in piles],
    )
    hours: list[Number] = [figures.median_hours for figures in rows]
    series = [Series(tell("用时中位数", "Median time"), hours, BLUE)]
    # Only channels have doubts.
    if not of:
        series.append(Series(tell("最长不明时长", "Oldest doubt"), [figures.oldest_doubt for figures in rows], RED))
    took = tell("各岗位用时", "Hours by post") if of else tell("各渠道用时与不明时长", "Hours by channel, and doubts")
    return [counts, Plot(took, "", [tell("小时", "hours")], names, series, measures=True)]


page(router, "/timeliness", "oversight/timeliness.html", _month)
