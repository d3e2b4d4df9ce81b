"""Asking for a change: the rules that apply to this customer, the form of one, its plan before it is sent (I4)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hub.console.rendering import act, desk, render, signed
from hub.console.typed import id_of, names, number
from hub.domain.changes import REASONS, RULES, WITHOUT_MEETING, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.documents_shown import DOCUMENTS, in_person
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import POST_TITLES
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.changes.views import PlanView
from hub.operations.customers import fields as customer_fields
from hub.operations.customers.documents_shown import were_shown
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.office import operation_of
from hub.operations.operation import authorise
from hub.operations.unit_lists.listed import offered

router = APIRouter(prefix="/customers/{customer_id}/changes")
# Posts by title: people write the title into the form, in either language.
POSTS = {words: str(post) for post, titles in POST_TITLES.items() for words in titles}


@router.get("")
def choose(
    request: Request, customer_id: UUID, rule: str = "", copy: UUID | None = None, again: UUID | None = None
) -> Response:
    """Which change: those that this customer and the caller's posts allow, and why the others are not.

    `copy`: an earlier application whose plain values fill the form; sensitive ones are entered again. `again`: one that
    was sent back, to be corrected and sent through its whole chain again.
    """
    if rule in RULES:
        earlier = again or copy
        given = _copied(request, customer_id, rule, earlier) if earlier else {}
        # `again` only if the earlier application fits: else the form is a new one.
        return _form(request, customer_id, RULES[rule], given | ({"again": str(again)} if again and given else {}))
    with desk(request) as reader:
        possible = applications.list_changes(reader, customer_id)
    return render(request, "changes/choose.html", customer=possible)


def _copied(request: Request, customer_id: UUID, rule: str, copy: UUID) -> dict[str, str]:
    with desk(request) as reader:
        page = applications.show_application(reader, copy)
    earlier = page.application
    # The address may name any application: only one of this customer and rule fills this form.
    if (earlier.customer_id, earlier.rule) != (customer_id, rule):
        return {}
    # `proposed` holds what may be shown; sensitive values are not in it and are entered again.
    plain = {key: str(value) for key, value in page.proposed.items()}
    papers = " ".join(str(paper.id) for paper in page.papers)
    copied = "、".join(known.given if known.user_id else known.name for known in page.cc)
    words = {"why": earlier.why, "reason": earlier.reason or "", "no_meeting": page.no_meeting or ""}
    return plain | words | {"papers": papers, "cc": copied}


def _form(
    request: Request,
    customer_id: UUID,
    rule: Rule,
    given: Mapping[str, str],
    plan: PlanView | None = None,
    refusals: Sequence[Refusal] = (),
) -> Response:
    with desk(request) as reader:
        authorise(reader, operation_of(applications.plan_change))
        view = customer_fields.show_customer(reader, customer_id)
        papers = [row for row in view.evidence if row.kind in rule.papers]
        return render(
            request,
            "changes/form.html",
            refusals[0].status if refusals else 200,
            view=view,
            rule=rule,
            fields=[offered(reader, view.customer.unit_code, FIELDS[key]) for key in rule.sets],
            reasons=[(key, REASONS[key]) for key in rule.reasons],
            without_meeting=WITHOUT_MEETING,
            papers=papers,
            documents=DOCUMENTS if in_person(rule.papers) and not were_shown(reader, _again(given)) else {},
            given=given,
            plan=plan,
            refusals=refusals or (plan.missing if plan else ()),
        )


def _request(customer_id: UUID, rule: Rule, given: Mapping[str, str], papers: Sequence[UUID]) -> ChangeRequest:
    values = {key: given[key].strip() for key in rule.sets if given.get(key, "").strip()}
    return ChangeRequest(
        customer_id=customer_id,
        version=number(given.get("version", ""), "version"),
        rule=rule.key,
        values=values,
        why=given.get("why", ""),
        reason=given.get("reason", ""),
        evidence_ids=tuple(papers),
        told=given.get("told", "") == "yes",
        no_meeting=given.get("no_meeting", ""),
        cc=tuple(POSTS.get(word, word) for word in names(given.get("cc", ""))),
        documents=tuple(given.get("documents", "").split()),
        seen_by=given.get("seen_by", ""),
        application_id=_again(given),
    )


def _again(given: Mapping[str, str]) -> UUID | None:
    """The application that is being sent again, if this form is for one."""
    try:
        return UUID(given.get("again", ""))
    except ValueError:
        return None


async def _read(request: Request) -> tuple[dict[str, str], list[UUID], tuple[str, bytes, str] | None]:
    """The form's texts, its papers on file, and a paper that was uploaded with it. Raises SignInFirst first."""
    signed(request)
    form = await request.form()
    given = {key: value for key, value in form.items() if isinstance(value, str)}
    given["documents"] = " ".join(str(code) for code in form.getlist("documents"))
    papers = [paper for text in form.getlist("paper") if (paper := id_of(str(text), "paper"))]
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return given, papers, (file.filename, await file.read(), file.content_type or "")
    return given, papers, None


@router.post("/plan")
async def plan(request: Request, customer_id: UUID) -> Response:
    """What would be done and what is missing; a paper that came with the form is taken in first.

    In the same transaction as the plan: if that is refused, the paper is not kept either.
    """
    given, papers, upload = await _read(request)
    return await run_in_threadpool(_plan, request, customer_id, given, papers, upload)


def _plan(request: Request, customer_id: UUID, given: dict[str, str], papers: list[UUID], upload: Any) -> Response:
    rule = RULES.get(given.get("rule", ""))
    if rule is None:
        return choose(request, customer_id)
    try:
        with desk(request) as clerk:
            # The first paper of the rule is the one that the form asks to upload.
            if upload is not None and rule.papers:
                name, content, media = upload
                row = evidence.add_evidence(clerk, customer_id, rule.papers[0], name, media, content, clerk.actor.name)
                papers.append(row)
            made = applications.plan_change(clerk, _request(customer_id, rule, given, papers))
    except Refusal as refusal:
        return _form(request, customer_id, rule, given, None, [refusal])
    return _form(request, customer_id, rule, given | {"papers": " ".join(map(str, papers))}, made)


@router.post("")
async def send(request: Request, customer_id: UUID) -> Response:
    """Send what was shown."""
    given, papers, _ = await _read(request)
    return await run_in_threadpool(_send, request, customer_id, given, papers)


def _send(request: Request, customer_id: UUID, given: dict[str, str], papers: list[UUID]) -> Response:
    rule = RULES.get(given.get("rule", ""))
    if rule is None:
        return choose(request, customer_id)

    asked, back = _request(customer_id, rule, given, papers), _again(given)

    def do(clerk: Desk) -> None:
        if back is None:
            # The digest of the plan that the person saw: if the plan is another by now, nothing is sent.
            applications.send_change(clerk, asked, given.get("plan_digest"))
        else:
            applications.send_again(clerk, back, asked, given.get("plan_digest"))

    def again(refusal: Refusal) -> Response:
        return _form(request, customer_id, rule, given | {"papers": " ".join(map(str, papers))}, None, [refusal])

    then = f"/customers/{customer_id}?done=change_sent#changes"
    return act(request, do, f"/applications/{back}?done=sent_again" if back else then, again)
