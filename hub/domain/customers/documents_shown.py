"""The documents that a customer shows when applying or signing: their kinds, never their contents (R7.22)."""

from hub.domain.plain_text import Bilingual

DOCUMENTS: dict[str, Bilingual] = {
    "licence": ("烟草专卖许可证", "Tobacco licence"),
    "id_card": ("持证人身份证", "The holder's ID card"),
    "agent_id_card": ("经办人身份证", "The ID card of who came for the holder"),
}
# Papers that the customer fills in or signs in person; a change that needs one is the customer's own application.
CUSTOMERS_OWN = frozenset({"written_application", "web_ordering_form", "phone_change_form"})


def in_person(papers: tuple[str, ...]) -> bool:
    """Whether a change with these papers is applied for in person, so that the customer shows the documents."""
    return not CUSTOMERS_OWN.isdisjoint(papers)
