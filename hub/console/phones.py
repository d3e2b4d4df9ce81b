"""Order phones: the watch list and shared phones on one desk (article 12)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.refusals import Refusal
from hub.operations.phones import permits, watch_list

from .forms import Posted, post
from .rendering import desk, render

router = APIRouter(prefix="/phones")


@router.get("")
def listing(request: Request) -> Response:
    """Who is watched, who shares a number."""
    return _page(request)


def _page(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        watched, cleared = watch_list.list_watched(reader), watch_list.list_watched(reader, True)[:20]
        page = permits.list_permits(reader)
    status = refusal.status if refusal else 200
    return render(request, "phones/page.html", status, watched=watched, cleared=cleared, page=page, refusal=refusal)


def _reasons(texts: Posted) -> Posted:
    """The form's `who` has a customer code and its reason on each line."""
    lines = [line.split(maxsplit=1) for line in str(texts.pop("who", "")).splitlines() if line.strip()]
    return texts | {"reasons": {words[0]: words[1] if len(words) > 1 else "" for words in lines}}


post(router, "", permits.ask_permit, "/phones?done=permit_asked", _page, prepare=_reasons)
post(router, "/watch-list/{watch_id}", watch_list.clear_watched, "/phones?done=watch_cleared", _page)
post(router, "/{permit_id}/signature", permits.sign_permit, "/phones?done=permit_signed", _page)
post(router, "/{permit_id}/filing", permits.file_permit, "/phones?done=permit_filed", _page)
post(router, "/{permit_id}/end", permits.end_permit, "/phones?done=permit_ended", _page)
post(router, "/{permit_id}/visits/{customer_id}", permits.record_visit, "/phones?done=permit_visited", _page)
