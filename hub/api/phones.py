"""Order phones: the watch list, permits for shared ones, customers whom the call desk stopped calling (article 12)."""

from hub.operations.phones import call_stops, calls, checks, permit_reasons, permits, watch_list

from .resource import Resource

resource = Resource("phones")
resource.shows("/watch-list", watch_list.list_watched, "watched")
resource.does("POST", "/watch-list/{watch_id}/clear", watch_list.clear_watched, "clear")
resource.shows("/watch-list/{watch_id}", checks.show_watched, "watch")
resource.does("POST", "/watch-list/{watch_id}/checks", checks.record_check, "check", status=201)
resource.shows("/customers/{customer_id}/watches", checks.watches_of, "watches_of")
resource.shows("/watch-terms", checks.list_terms, "terms")
resource.does("PUT", "/units/{unit_code}/watch-term", checks.set_term, "set_term")
resource.shows("/phone-permits", permits.list_permits, "permits")
resource.does("POST", "/phone-permits", permits.ask_permit, "ask", status=201)
resource.does("POST", "/phone-permits/{permit_id}/signature", permits.sign_permit, "sign")
resource.does("POST", "/phone-permits/{permit_id}/filing", permits.file_permit, "file")
resource.does("POST", "/phone-permits/{permit_id}/end", permits.end_permit, "end")
resource.does("POST", "/phone-permits/{permit_id}/visits/{customer_id}", permits.record_visit, "visit")
resource.shows("/call-stops", call_stops.list_stops, "stops")
resource.shows("/customers/{customer_id}/call-stop", call_stops.stop_of, "stop_of")
resource.does("POST", "/customers/{customer_id}/call-stop", call_stops.stop_calling, "stop_calling", status=201)
resource.does("POST", "/customers/{customer_id}/call-again", call_stops.ask_to_call, "call_again")
resource.does("POST", "/call-stops/{stop_id}/call", call_stops.record_call, "called")
resource.shows("/calls", calls.list_calls, "calls")
resource.does("POST", "/customers/{customer_id}/calls", calls.record_try, "record_try", status=201)
resource.does("POST", "/customers/{customer_id}/missed-order", calls.record_missed, "missed", status=201)
resource.does("POST", "/phone-permits/{permit_id}/reasons/{customer_id}", permit_reasons.write_reason, "reason")
