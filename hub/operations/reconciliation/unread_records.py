"""Records in a partner's list that its plugin does not understand: filed by number, and not taken for gone."""

from hub.domain.privacy.redaction import shortened
from hub.operations.desk import Desk
from hub.plugin import Page, UnreadRecord
from hub.ports import now
from hub.registry.reconciliation import differences, twins
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.schema import ListRun

KIND, WHAT = "record", "record_unreadable"
# Code of a run that has read its list to the end, except for such records.
CODE = "records_unread"


def note(desk: Desk, run: ListRun, page: Page) -> None:
    """File a page's records that are not understood for staff; close those that are understood by now."""
    told = {
        number for fact in page.facts for number in (getattr(fact, "agreement_no", ""), fact.customer_code) if number
    }
    for difference in differences.open_about(desk.tx, run.channel, WHAT):
        if difference.number in told:
            differences.close_number(desk.tx, run.channel, difference.number, WHAT, now(), desk.actor.name)
    for record in page.unread:
        odd = DifferenceFound(KIND, _number(run, record), WHAT, None, "", None, {}, {"odd": shortened(record.code, 40)})
        difference = differences.open_difference(desk.tx, run.channel, odd, "mend_record", now())
        difference.evidence = f"run {run.no}"
    named = [record for record in page.unread if record.agreement_no or record.customer_code]
    # Not understood, but there: absent they would count as ended after a second list.
    if named:
        twins.mention(
            desk.tx,
            run.channel,
            run.no,
            agreements=[record.agreement_no for record in named if record.agreement_no],
            customers=[record.customer_code for record in named if record.customer_code],
        )


def _number(run: ListRun, record: UnreadRecord) -> str:
    return shortened(record.agreement_no or record.customer_code, 64) or nameless(run)


def nameless(run: ListRun) -> str:
    """The number under which records are filed that do not say whose they are: one for the whole run."""
    return f"run {run.no}"


def hides_whose(desk: Desk, run: ListRun) -> bool:
    """Whether the run read a record that does not say whose it is: then nothing counts as missing from the list."""
    return any(difference.number == nameless(run) for difference in differences.open_about(desk.tx, run.channel, WHAT))


def settle(desk: Desk, run: ListRun, *, whole: bool) -> None:
    """At a run's end: mark it if records were not understood; after a whole list, close those that are gone."""
    run.code = None
    for difference in differences.open_about(desk.tx, run.channel, WHAT):
        # Noted or repeated by this very run; of an older run only a whole list can tell that it is gone.
        if difference.evidence == f"run {run.no}":
            run.code = CODE
        elif whole:
            differences.close_number(desk.tx, run.channel, difference.number, WHAT, now(), desk.actor.name)


__all__ = ["CODE", "WHAT", "hides_whose", "note", "settle"]
