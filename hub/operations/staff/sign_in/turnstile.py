"""The turnstile: passwords are verified in threads of their own, so that a flood of tries delays no other request."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from hub.operations.office import Office
from hub.ports import now

from .known_devices import device_of
from .sign_in import SignedIn, sign_in

# Browsers in which the login was used before pass here, however many strangers wait. Two and two make the four checks
# at once that `sign_in.AT_ONCE` allows.
KNOWN = ThreadPoolExecutor(2, "known-devices")
STRANGERS = ThreadPoolExecutor(2, "strangers")


async def pass_through(
    office: Office, login: str, password: str, address: str, kind: str = "browser", device: str = ""
) -> SignedIn:
    """Sign in when a thread is free. Raises what `sign_in` raises."""
    known = bool(device) and device_of(office.master, login, device, now()) is not None
    judge = partial(sign_in, office, login, password, address, kind, device)
    return await asyncio.get_running_loop().run_in_executor(KNOWN if known else STRANGERS, judge)
