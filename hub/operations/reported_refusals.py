"""Refusals that leave something behind: a report (R13.5), or the count of a try (R6.1)."""

from abc import ABC, abstractmethod

from hub.domain.refusals import Refusal

from .desk import Desk


class Reported(Refusal, ABC):
    """A refusal that reports itself, in a transaction of its own after the rollback (R13.5)."""

    @abstractmethod
    def report(self, desk: Desk) -> None:
        """Make the report, at a desk of the person who was refused."""

    def __init_subclass__(cls) -> None:
        # Exceptions are made without the check that an ABC makes of other classes.
        super().__init_subclass__()
        if cls.report is Reported.report:
            raise TypeError(f"{cls.__name__} does not say what it reports")


class Counted(Refusal):
    """A refusal whose transaction is committed all the same, so that the failed try counts (R6.1)."""
