"""Reads XML from a partner into nested dicts, without entities and of bounded depth and size."""

from typing import Any, NoReturn
from xml.parsers import expat

from hub.domain.facts import Unknown

# Levels of nesting; the partners' own messages have five or six.
DEEPEST = 24
# Elements, so that a small answer never becomes a large one in memory.
MOST = 200_000


def read_xml(text: str) -> dict[str, Any]:
    """The content of the document's root as nested dicts; an element that is repeated becomes a list.

    Raises Unknown for what is not XML, has a document type (and so entities), is too deep, or is nothing but text.
    """
    tree = _Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    # Without a document type no entity can be declared, so neither a local file nor a billion expansions gets in.
    parser.StartDoctypeDeclHandler = _no_entities
    parser.EntityDeclHandler = _no_entities
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unknown("not_xml") from None
    if not isinstance(tree.root, dict):
        raise Unknown("not_an_object")
    return tree.root


def _no_entities(*_: object) -> NoReturn:
    raise Unknown("document_type")


class _Tree:
    """A document while it is being read; `open` holds name, children and texts of each element not yet closed."""

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[tuple[str, dict[str, Any], list[str]]] = []
        self.count = 0

    def start(self, name: str, attributes: object) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST:
            raise Unknown("too_deep")
        self.open.append((name, {}, []))

    def text(self, said: str) -> None:
        self.open[-1][2].append(said)

    def end(self, _: str) -> None:
        name, inside, texts = self.open.pop()
        content: Any = inside or "".join(texts).strip()
        if not self.open:
            self.root = content
            return
        around = self.open[-1][1]
        if name not in around:
            around[name] = content
        elif isinstance(around[name], list):
            around[name].append(content)
        else:
            around[name] = [around[name], content]
