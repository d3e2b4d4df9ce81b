"""A refusal that is also reported: what it reports stays, although what was tried is rolled back (R13.5)."""

from hub.domain.refusals import Refusal

from .desk import Desk


class Reported(Refusal):
    """The office lets it report in a transaction of its own, after the rollback."""

    def report(self, desk: Desk) -> None:
        """Leave the report, at the desk of who was refused."""
        raise NotImplementedError
