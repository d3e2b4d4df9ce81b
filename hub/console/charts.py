"""A channel's figures as plots: named series, for the drawing code and for the table beside each plot."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from hub.operations.channels.views import DayView

GREEN, RED, ORANGE, BLUE, GREY = "#2f9e6e", "#c0392b", "#d97706", "#2563a8", "#7a8a99"
# Colours of reasons, the most frequent first; what is left of the list is drawn as one rest, because more colours
# could not be told apart.
MANY = (RED, ORANGE, BLUE, "#7c5cbf", "#0f8b8d", "#b5651d", "#5c7a29", "#a83279", GREY)
TitleOf = Callable[[str, object], str]
Tell = Callable[[str, str], str]
Number = int | float | None


@dataclass(frozen=True)
class Series:
    """One line or stack of bars; `axis` 1 is the right-hand scale."""

    name: str
    values: list[Number]
    colour: str
    kind: str = "bar"
    stack: bool = False
    axis: int = 0


@dataclass(frozen=True)
class Plot:
    """One plot: its title, the units of its scales, a series of values for each day."""

    title: str
    note: str
    units: list[str]
    days: list[str]
    series: list[Series] = field(default_factory=list)
    measures: bool = False
    """Its zeros were measured, as a time of less than a tenth of an hour; elsewhere they count nothing."""

    def data(self) -> dict[str, Any]:
        """For the drawing code."""
        return asdict(self)

    @property
    def rows(self) -> list[tuple[str, list[Number]]]:
        """For the table: days that have figures, newest first."""
        has = (lambda figure: figure is not None) if self.measures else bool
        lines = [(day, [series.values[n] for series in self.series]) for n, day in enumerate(self.days)]
        return [line for line in reversed(lines) if any(map(has, line[1]))]


def plots(days: Sequence[DayView], t: Tell, words: TitleOf) -> list[Plot]:
    """The four plots of a channel's page."""
    axis = [f"{day.day:%m-%d}" for day in days]
    return [_outcomes(days, axis, t), _reasons(days, axis, t, words), _doubts(days, axis, t), _answers(days, axis, t)]


def _outcomes(days: Sequence[DayView], axis: list[str], t: Tell) -> Plot:
    return Plot(
        t("办结与成功率", "Decided, and how much went well"),
        t("按办结日;批次按其中各户计", "By the day of the decision; packages by their customers"),
        [t("件", "asks"), "%"],
        axis,
        [
            Series(t("双方均维护好", "Live"), [day.live for day in days], GREEN, stack=True),
            Series(t("不予办理", "Refused"), [day.refused for day in days], RED, stack=True),
            Series(t("成功率 %", "Went well %"), [day.share for day in days], BLUE, "line", axis=1),
        ],
    )


def _reasons(days: Sequence[DayView], axis: list[str], t: Tell, words: TitleOf) -> Plot:
    totals: dict[str, int] = {}
    for day in days:
        for reason, number in day.reasons.items():
            totals[reason] = totals.get(reason, 0) + number
    # By name among equals, so that colours stay the same from one load of the page to the next.
    often = sorted(totals, key=lambda reason: (-totals[reason], reason))
    series = [
        Series(words("reason", reason), [day.reasons.get(reason, 0) for day in days], colour, stack=True)
        for reason, colour in zip(often, MANY, strict=False)
    ]
    if rest := often[len(MANY) :]:
        values = [sum(day.reasons.get(reason, 0) for reason in rest) for day in days]
        series.append(Series(t("其余原因", "The rest"), list(values), "#c3ccd3", stack=True))
    return Plot(
        t("不予办理的原因", "Refused, by reason"),
        t(
            "统一归类的原因,对方原码见各笔办理记录",
            "Reasons in the hub's own words; the partner's codes are with the asks",
        ),
        [t("件", "asks")],
        axis,
        series,
    )


def _doubts(days: Sequence[DayView], axis: list[str], t: Tell) -> Plot:
    # None leaves a gap in the line; a zero would say that a doubt was resolved at once.
    oldest = [None if day.oldest is None else round(day.oldest, 2) for day in days]
    return Plot(
        t("结果待核实的时长", "Age of doubts"),
        t("自首次没有结果的会话起,至其后首次有应答或办结", "From the first talk without outcome to the first answer"),
        [t("件", "asks"), t("小时", "hours")],
        axis,
        [
            Series(t("日终仍不明", "Open at the day's end"), [day.doubts for day in days], ORANGE),
            Series(t("最长时长(小时)", "Oldest (hours)"), oldest, RED, "line", axis=1),
        ],
    )


def _answers(days: Sequence[DayView], axis: list[str], t: Tell) -> Plot:
    def rounded(values: list[float | None]) -> list[Number]:
        return [None if number is None else round(number) for number in values]

    return Plot(
        t("应答时间", "Answer times"),
        t("通信流水中有应答的发送", "Answered exchanges of the journal"),
        [t("毫秒", "ms")],
        axis,
        [
            Series(t("中位数 p50", "Median p50"), rounded([day.p50 for day in days]), BLUE, "line"),
            Series(t("95% 在此以内 p95", "95 % within p95"), rounded([day.p95 for day in days]), GREY, "line"),
        ],
    )
