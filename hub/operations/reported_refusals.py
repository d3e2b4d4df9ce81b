"""Refusals that leave something behind: a report (R13.5), or the count of an attempt (R6.1)."""

from abc import ABC, abstractmethod

from hub.domain.refusals import Refusal

from .desk import Desk


class Reported(Refusal, ABC):
    """A refusal that reports itself, in a transaction of its own after the rollback (R13.5)."""

    @abstractmethod
    def report(self, desk: Desk) -> None:
        """Make the report, at a desk of the person who was refused."""

    def __init_subclass__(cls) -> None:
        # An exception is created without the check for abstract methods that other classes get.
        super().__init_subclass__()
        if cls.report is Reported.report:
            raise TypeError(f"{cls.__name__} does not say what it reports")


class Counted(Refusal):
    """A refusal whose transaction is committed all the same, so that the failed attempt counts (R6.1)."""
