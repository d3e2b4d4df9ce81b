"""customers: import, list, show."""

from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from hub.domain.refusals import NotFound
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import search
from hub.operations.desk import Desk
from hub.operations.onboarding import imports
from hub.operations.onboarding.files import template as list_template

from .acting import As, acting, desk_of
from .screen import as_json, language, new_file, progress, say, table

app = typer.Typer(help="Customers (licensed retailers).", no_args_is_help=True)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="XLSX, or CSV.")],
    login: As,
    apply: Annotated[bool, typer.Option("--apply", help="Take the good lines over.")] = False,
    returned: Annotated[
        Path | None, typer.Option(help="Write the bad lines, with what is wrong, here; never over another file.")
    ] = None,
) -> None:
    """Check a list of new entrants line by line; with --apply take the good lines over (R7.1)."""
    # Opened first: if the file cannot be made, nothing is imported.
    keeping = new_file(returned, "--returned") if returned is not None else nullcontext()
    with acting(login) as person, keeping as kept:
        with person.desk() as desk:
            run = imports.preview_import(desk, file.name, file.read_bytes())
        if apply and run.applied_at is None:
            with progress("import") as bar, person.desk() as desk:
                run = imports.apply_import(desk, run.id, bar)
        if kept is not None and run.bad:
            with person.desk() as desk:
                kept.write(imports.returned_file(desk, run.id))
    show_run(run)


def show_run(run: imports.ImportView) -> None:
    """The counts of a list, and what is wrong in which cell."""
    columns = ("import", "state", "lines", "good", "bad", "unchanged")
    table(columns, [(run.id, run.state, run.lines, run.good, run.bad, run.unchanged)])
    show_cells(run.problems.get("cells", []))


def show_cells(cells: list[dict[str, Any]]) -> None:
    """What is wrong in which cell of a list, in the terminal's language."""
    spoken = language() != "zh"
    if cells:
        rows = [(cell["line"], cell["column"], cell["problem"][spoken], cell["mend"][spoken]) for cell in cells]
        table(("line", "column", "problem", "mend"), rows)


@app.command()
def template(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where it goes; never over another file.")],
) -> None:
    """An empty list of new entrants (XLSX) with the headings that `import` reads."""
    with new_file(file, "FILE") as kept:
        kept.write(list_template.template(int(language() != "zh")))
    say(f"written: {file}")


@app.command("list")
def list_them(
    login: As,
    words: Annotated[str, typer.Argument(help="Code, licence, holder or shop.")] = "",
    after: Annotated[str, typer.Option(help="The last code of the page before.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """Customers of your units, by code."""
    with desk_of(login) as desk:
        customers_found = search.list_customers(desk, words, after, limit)
    columns = ("code", "licence", "holder", "shop", "unit", "settlement", "id")
    rows = [
        (c.code, c.licence_no, c.licence_holder, c.shop_name, c.unit_code, c.settlement_method, c.id)
        for c in customers_found
    ]
    table(columns, rows)


@app.command()
def show(
    customer: Annotated[str, typer.Argument(help="Their code, or their id.")],
    login: As,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """One customer; sensitive values are masked."""
    with desk_of(login) as desk:
        view = customer_fields.show_customer(desk, named(desk, customer))
    fields = {entry.field: entry.value or "" for entry in view.fields}
    accounts = [(a.id, a.channel, a.kind, a.masked_number, a.state) for a in view.accounts]
    if json:
        as_json({"code": view.customer.code, "version": view.customer.version, "fields": fields, "accounts": accounts})
        return
    say(f"{view.customer.code} {view.customer.shop_name} (version {view.customer.version})")
    table(("field", "value"), fields.items())
    table(("account", "channel", "kind", "number", "state"), accounts)


def named(desk: Desk, customer: str) -> UUID:
    """The id of a customer who is named by code or id. Raises NotFound."""
    with suppress(ValueError):
        return UUID(customer)
    for known in search.list_customers(desk, customer):
        if known.code == customer:
            return known.id
    raise NotFound(what="客户")
