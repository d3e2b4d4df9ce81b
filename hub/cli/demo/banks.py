"""Accounts at three banks: filed at once, in packages or at the counter; SMS codes entered; each ends or is refused."""

import time
from contextlib import suppress

from hub.app import Hub
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Actor
from hub.operations.asks import packages, requested_input

from ..screen import language, progress, say, table
from . import made_up
from .played import Partner

# Seconds after which the demo gives up waiting; far more than the doubtful cases need, even on a slow machine.
PATIENCE = 240
# What ICBC does to which customer, by place in the list: the scenario, and how the final table names it.
ICBC = {
    3: ("agreement_name_mismatch", "银行户名不符"),
    5: ("agreement_id_mismatch", "银行证件不符"),
    8: ("drop_after_work", "银行办完,应答丢失"),
    9: ("agreement_pending", "银行处理中,稍后成功"),
    12: ("agreement_doubtful_then_done", "银行通讯可疑,后成功"),
    14: ("agreement_doubtful_then_refused", "银行通讯可疑,后拒绝"),
    16: ("system_code", "网关超时,实际已办"),
    18: ("http_502_html", "网关 502,实际已办"),
    20: ("account_closed", "账户与协议不符"),
}
ABC = {
    made_up.FIRST["abc"] + 1: ("agreement_phone_mismatch", "手机号与预留不符"),
    made_up.FIRST["abc"] + 2: ("eunkwn_unsigned", "EUNKWN,结果不明,实际已办"),
    made_up.FIRST["abc"] + 3: ("drop_after_work", "短信已发,应答丢失"),
    made_up.FIRST["abc"] + 4: ("account_blocked", "账户已挂失或冻结"),
    made_up.FIRST["abc"] + 5: ("agreement_activated", "验证码先输错一次"),
}
# The customer whose first code is wrong on purpose.
WRONG_CODE = made_up.FIRST["abc"] + 5
SCENARIOS = {"icbc": ICBC, "abc": ABC}
# The code that ABC's simulator sends in every SMS, and one that it does not.
RIGHT, WRONG = Secret("246810"), Secret("111111")


def file_all(hub: Hub, clerk: Actor, played: dict[str, Partner]) -> made_up.Filed:
    """Bind every imported customer at the bank of its place, some at once, others with a package."""
    filed = made_up.Filed()
    with hub.office.desk(clerk) as desk:
        codes, holders = made_up.codes(desk), made_up.holders(desk)
    for channel, scenarios in SCENARIOS.items():
        for place, (scenario, _) in scenarios.items():
            played[channel].scenario(scenario, codes[place])
    with progress("bind") as bar:
        for place, code in enumerate(codes):
            made_up.file(hub.office, clerk, code, place, filed)
            bar(place + 1, len(codes))
    # Sent by hand: their schedule would send them at its own hour.
    for channel in ("icbc", "abc"):
        hub.office.perform(clerk, packages.send_package, channel)
    for place, code in enumerate(codes):
        if made_up.channel_of(place) == "postal":
            medium = made_up.passbook(place)
            played["postal"].call("/_sim/sign", customer_code=code, medium=medium, name=holders[code])
    return filed


def show_filed(filed: made_up.Filed) -> None:
    """What was queued, and what the rules refused."""
    say(f"filed at three banks: {len(filed.asks)}; refused before anything left: {len(filed.refused)}")
    table(["rule", "refused before sending"], [(each.article, each.sentence(language())) for each in filed.refused])


def wait(hub: Hub, clerk: Actor, played: dict[str, Partner]) -> list[made_up.Row]:
    """Wait until each ask has ended, or PATIENCE runs out; SMS codes are entered meanwhile, one of them wrong."""
    end, mistaken = time.monotonic() + PATIENCE, False
    with progress("agree") as bar:
        while True:
            with hub.office.desk(clerk) as desk:
                rows = made_up.rows(desk)
            for ask in rows:
                if ask.waits_for == "input:sms_code":
                    wrong = ask.place == WRONG_CODE and not mistaken
                    mistaken = mistaken or wrong
                    # The worker may have moved the ask on since it was read: then there is nothing to enter any more.
                    with suppress(Refusal):
                        hub.office.perform(clerk, requested_input.hand_in, ask.ask_id, WRONG if wrong else RIGHT)
            ended = sum(ask.ended for ask in rows)
            bar(ended, len(rows))
            if ended == len(rows) or time.monotonic() > end:
                return rows
            time.sleep(0.5)


def show_ends(rows: list[made_up.Row]) -> None:
    """What became of the customers for whom the banks played a scenario."""
    placed = {(ask.channel, ask.place): ask for ask in rows if ask.account}
    ends = [
        (channel, ask.code, words, ask.state, ask.reason, ask.talks)
        for channel, scenarios in SCENARIOS.items()
        for place, (_, words) in scenarios.items()
        if (ask := placed.get((channel, place))) is not None
    ]
    table(["bank", "customer", "what the bank did", "ended", "reason", "talks"], ends)
