"""Posts of the staff (requirements.md), units, and who acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Post(StrEnum):
    """A post of the regulation; every permission names posts, never persons."""

    LICENCE_OFFICER = "licence_officer"
    STATISTICS_CLERK = "statistics_clerk"
    ACCOUNT_MANAGER = "account_manager"
    SECTION_CHIEF = "section_chief"
    DEPUTY_SECTION_CHIEF = "deputy_section_chief"
    DEPUTY_MANAGER = "deputy_manager"
    CALL_CLERK = "call_clerk"
    DELIVERY_DRIVER = "delivery_driver"
    INTERNAL_CONTROL = "internal_control"
    INSPECTOR = "inspector"
    ORDER_DESK = "order_desk"
    INFORMATION_CENTRE = "information_centre"


POST_TITLES: dict[Post, tuple[str, str]] = {
    Post.LICENCE_OFFICER: ("证件管理员", "Licence officer"),
    Post.STATISTICS_CLERK: ("统计分析员", "Statistics clerk"),
    Post.ACCOUNT_MANAGER: ("客户经理", "Account manager"),
    Post.SECTION_CHIEF: ("营销服务科科长", "Section chief"),
    Post.DEPUTY_SECTION_CHIEF: ("营销服务科副科长", "Deputy section chief"),
    Post.DEPUTY_MANAGER: ("副经理", "Deputy manager"),
    Post.CALL_CLERK: ("电访员", "Call clerk"),
    Post.DELIVERY_DRIVER: ("送货员", "Delivery driver"),
    Post.INTERNAL_CONTROL: ("内管员", "Internal control"),
    Post.INSPECTOR: ("稽查员", "Inspector"),
    Post.ORDER_DESK: ("订单部内勤", "Order desk"),
    Post.INFORMATION_CENTRE: ("信息中心", "Information centre"),
}


def post_words(posts: Iterable[str]) -> dict[str, str]:
    """The titles of posts for a sentence: `posts` in zh-CN, `posts_en` in English."""
    titles = [POST_TITLES[Post(post)] for post in posts]
    return {"posts": "、".join(zh for zh, _ in titles), "posts_en": ", ".join(en for _, en in titles)}


# Posts that sign, check others or grant powers: to grant one, or reset a holder's password, takes two people (R4.1).
PROTECTED = frozenset(
    {
        Post.SECTION_CHIEF,
        Post.DEPUTY_SECTION_CHIEF,
        Post.DEPUTY_MANAGER,
        Post.INTERNAL_CONTROL,
        Post.INFORMATION_CENTRE,
    }
)


@dataclass(frozen=True)
class TokenLimits:
    """The most that an API token allows its user."""

    name: str
    scopes: frozenset[str]
    unit_code: str


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with posts in units, or the hub itself (jobs, partners' facts)."""

    user_id: UUID | None
    name: str
    grants: frozenset[tuple[Post, str]]
    """(post, unit code); a grant in a unit covers the units below it."""
    session: bytes | None = None
    """The session in which they act, by its token's hash."""
    token: TokenLimits | None = None
    """Set if a program acts by an API token."""

    covers: frozenset[tuple[Post, str, str]] = frozenset()
    """(post, unit code, whose): what the person does as B holder while the A holder is away (R5.1)."""
    away_until: datetime | None = None
    """Until when the person is on leave: meanwhile the B holders act, not they (R5.2)."""
    company_units: frozenset[str] | None = None
    """The top units when the actor was looked up; None if they were not, and the desk looks them up."""

    def acts_for(self, post: Post, unit_code: str) -> str | None:
        """For whom the person acts at a post of a unit; None if it is their own post."""
        return next((whose for covered, unit, whose in self.covers if (covered, unit) == (post, unit_code)), None)

    def at_company(self, posts: frozenset[Post]) -> bool:
        """Whether one of the posts is held at the company itself, and the token, if there is one, is the company's.

        If the units were not looked up the answer is yes: the desk, which knows them, decides in the end.
        """
        if self.company_units is None:
            return True
        # Held at the top itself: a grant in a unit never reaches upwards.
        held = {unit for post, unit in self.grants if post in posts} & self.company_units
        return bool(held if self.token is None else held & {self.token.unit_code})

    def own_grants(self) -> frozenset[tuple[Post, str]]:
        """What the person holds without cover."""
        covered = {(post, unit) for post, unit, _ in self.covers}
        return frozenset(grant for grant in self.grants if grant not in covered)

    @property
    def posts(self) -> frozenset[Post]:
        """The posts held, whatever the unit."""
        return frozenset(post for post, _ in self.grants)


# The hub has no grants: `authorise` lets it do everything, and operations that must know compare with HUB.
HUB = Actor(user_id=None, name="partnerhub", grants=frozenset())
