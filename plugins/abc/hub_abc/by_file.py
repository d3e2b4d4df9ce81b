"""ABC by files, for branches without an interface (`way` is "file"): what a talk sends, and what it concludes."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hub.plugin import (
    Accepted,
    Answer,
    BindingEnded,
    BindingLive,
    Conversation,
    Declined,
    Fact,
    Pending,
    ProbeLeg,
    Request,
    Secret,
    Unknown,
)

from . import files
from .answers import row_facts
from .codes import NOT_IN_FORCE
from .envelope import Settings
from .messages import AgreementRow, FiledRow, row_sign_no

# A serial that no package has, for the harmless query of the probe.
NOBODY = "0" * 24
Look = Generator[Request, Any, dict[str, Any] | None]


def probe(settings: Settings) -> Conversation:
    """Fetch a reply that cannot exist: "not there" proves address, host key and login."""
    fetched = yield files.fetch(NOBODY, settings)
    if not isinstance(fetched, dict) or fetched.get("missing") is not True:
        raise Unknown("not_understood")
    return [ProbeLeg("login", True), ProbeLeg("permission", True)]


def deliver(key: str, rows: Sequence[AgreementRow], settings: Settings, now: datetime) -> Conversation:
    """Upload a package. A row that the file cannot hold is refused here and never sent."""
    answers: list[Answer] = []
    fit = []
    for agreement in rows:
        if wrong := files.unfit(agreement):
            answers.append(Declined(agreement.customer_code, "other", *wrong, row_no=agreement.row_no))
        else:
            fit.append(agreement)
    if not fit:
        return answers
    stored((yield files.send(key, fit, settings, now)))
    taken = [
        Accepted(agreement.customer_code, row_sign_no(key, agreement.row_no), row_no=agreement.row_no)
        for agreement in fit
    ]
    return [*answers, *taken]


def unbind(key: str, customer_code: str, sign_no: str, settings: Settings, now: datetime) -> Conversation:
    """Upload a package that ends one agreement."""
    stored((yield files.send_end(key, customer_code, sign_no, settings, now)))
    return [Accepted(customer_code, sign_no)]


def stored(answer: object) -> None:
    """A file that got its name counts as accepted, no more; raises Unknown for anything else."""
    if not isinstance(answer, dict) or answer.get("stored") is not True:
        raise Unknown("not_stored")


def reply(key: str, settings: Settings) -> Look:
    """The reply to a package; None while the package still lies where we put it.

    Raises Unknown if neither is there: the bank may have taken the package away, or it may never have arrived.
    """
    # The reply first: looked for second, the bank could take the package and answer between the two looks.
    fetched = yield files.fetch(key, settings)
    if not isinstance(fetched, dict):
        raise Unknown("not_understood")
    if fetched.get("missing") is not True:
        if fetched.get("key") != key and fetched.get("empty") is not True:
            raise Unknown("other_batch")
        return fetched
    waiting = yield files.look(key, settings)
    if not isinstance(waiting, dict) or waiting.get("package") != key:
        raise Unknown("no_reply_file")
    return None


def receipts(key: str, rows: Sequence[FiledRow], settings: Settings) -> Generator[Request, Any, list[Fact]]:
    """A receipt for each row that the reply names; an empty reply means what the setting says."""
    receipt = yield from reply(key, settings)
    if receipt is None:
        return [Pending(agreement.customer_code, row_no=agreement.row_no) for agreement in rows]
    if all_done(receipt, settings):
        return [whole(agreement, key) for agreement in rows]
    names = {agreement.row_no: row_sign_no(key, agreement.row_no) for agreement in rows}
    return row_facts(receipt, rows, names, final=True)


def binding(key: str, customer_code: str, card_number: Secret, settings: Settings) -> Conversation:
    """How a package of one row ended."""
    facts = yield from receipts(key, [FiledRow("1", customer_code, card_number)], settings)
    return [replace(fact, row_no="") for fact in facts]


def ending(key: str, customer_code: str, sign_no: str, settings: Settings) -> Conversation:
    """How a package that ends one agreement ended; "not in force" is an end too."""
    receipt = yield from reply(key, settings)
    if receipt is None:
        return [Pending(customer_code)]
    if all_done(receipt, settings):
        return [BindingEnded(customer_code)]
    filed = FiledRow("1", customer_code, Secret(""))
    facts = row_facts(receipt, [filed], {"1": sign_no}, final=True, ending=True)
    return [ended(replace(fact, row_no="")) for fact in facts]


def ended(fact: Fact) -> Fact:
    """A refusal because nothing is in force counts as an end."""
    if isinstance(fact, Declined) and fact.code == NOT_IN_FORCE:
        return BindingEnded(fact.customer_code, fact.code)
    return fact


def all_done(found: dict[str, Any], settings: Settings) -> bool:
    """Whether this is an empty reply that means "no failures". Raises Unknown if no meaning was agreed for it."""
    if found.get("empty") is not True:
        return False
    if settings.empty_reply_means != "all_done":
        raise Unknown("empty_reply_file")
    return True


def whole(row: FiledRow, key: str) -> Fact:
    """The row of a package without failures: it is done, for the card that we sent."""
    ending = row.card_number.reveal()[-4:]
    return BindingLive(row.customer_code, row_sign_no(key, row.row_no), ending, row_no=row.row_no)


__all__ = ["binding", "deliver", "ending", "probe", "receipts", "unbind"]
