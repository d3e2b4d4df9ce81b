"""Order phones: the watch list and shared phones on one desk (article 12)."""

from fastapi import APIRouter

from hub.domain.refusals.phrases import in_both
from hub.operations.desk import Desk
from hub.operations.phones import checks, permit_reasons, permits, watch_list

from .customers.customers import unit_names
from .forms import Posted, post
from .pages import page

router = APIRouter(prefix="/phones")


def _shown(reader: Desk) -> dict[str, object]:
    """Who is watched, and who shares a number."""
    watched, cleared = watch_list.list_watched(reader), watch_list.list_watched(reader, True)[:20]
    terms, units = checks.list_terms(reader), unit_names(reader)
    return {
        "watched": watched,
        "cleared": cleared,
        "page": permits.list_permits(reader),
        "terms": terms,
        "units": units,
    }


_page = page(router, "", "phones/page.html", _shown, in_both=in_both, term=watch_list.TERM)
_watch = page(
    router,
    "/watch-list/{watch_id}",
    "phones/watch.html",
    {"watch": checks.show_watched},
    ways=checks.WAYS,
    in_both=in_both,
)


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
CHECKED = "/phones/watch-list/{watch_id}?done=watch_checked"
post(router, "/watch-list/{watch_id}/checks", checks.record_check, CHECKED, _watch)
post(router, "/watch-term", checks.set_term, "/phones?done=watch_term_set", _page)
post(router, "/{permit_id}/reasons/{customer_id}", permit_reasons.write_reason, "/phones?done=permit_reason", _page)
