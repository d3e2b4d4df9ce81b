"""The loads of routes and batches before and after, as plots over tables that say the same (R13.3)."""

from collections.abc import Callable, Sequence

from hub.domain.route_loads import KINDS, Compared

from .plots import BLUE, GREEN, GREY, ORANGE, Plot, Series, Tell


def load_plots(loads: Sequence[Compared], t: Tell, kind_of: Callable[[str], str]) -> list[Plot]:
    """One plot a kind that somebody is on: customers as bars, monthly quantity as lines on the right-hand scale."""
    return [_plot([row for row in loads if row.after.kind == kind], kind_of(kind), t) for kind in KINDS]


def _plot(rows: Sequence[Compared], title: str, t: Tell) -> Plot:
    several = len({row.after.unit_code for row in rows}) > 1
    names = [f"{row.after.unit_code} {row.after.name}" if several else row.after.name for row in rows]
    return Plot(
        title,
        t("调整前后的户数与月销量", "Customers and monthly quantity, before and after"),
        [t("户", "customers"), t("条/月", "a month")],
        names,
        [
            Series(t("户数(调整前)", "Customers before"), [row.before.customers for row in rows], GREY),
            Series(t("户数(调整后)", "Customers after"), [row.after.customers for row in rows], BLUE),
            Series(
                t("月销量(调整前)", "Quantity before"), [_round(row.before.quantity) for row in rows], ORANGE, axis=1
            ),
            Series(t("月销量(调整后)", "Quantity after"), [_round(row.after.quantity) for row in rows], GREEN, axis=1),
        ],
    )


def _round(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 2)
