"""Grade certificates: issued and numbered by the hub from the grade on record; no other paper counts (R7.11, R7.21)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import view
from hub.ports import new_id, now, today
from hub.registry import grades
from hub.registry.schema import Customer, GradeCertificate
from hub.registry.staff import users

CLERK = {Post.STATISTICS_CLERK}
LOOKS = CLERK | {Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL}


class NoGradeOnRecord(Refusal):
    """There is nothing to certify (R7.21)."""

    article = "R7.21"
    says = ("客户 {code} 还没有评定等级,不能开具等级证明。", "Customer {code} has no grade on record to certify.")
    then = (
        "请在等级评定中确定等级后再开具(第十四条)。",
        "It is issued once an evaluation has given the customer a grade (Article 14).",
    )


class GradeCertificateMissing(Refusal):
    """A credit card needs the grade certificate that the clerk issues first (R7.11)."""

    article = "R7.11"
    says = (
        "还没有为客户 {code} 开具等级证明,不能办理贷记卡。",
        "No grade certificate has been issued to customer {code}; a credit card needs one.",
    )
    then = (
        "请由统计分析员开具等级证明,打印后交客户;自行上传的材料不能代替。",
        "Let the clerk issue it and print it; an uploaded paper is none.",
    )


class GradeCertificateOutdated(GradeCertificateMissing):
    """The grade on record is no longer the one that was certified (R7.21)."""

    article = "R7.21"
    says = (
        "等级证明 {number} 证明的是 {was} 级,客户现在的等级是{present}。",
        "Certificate {number} says grade {was}; the grade on record is {present} now.",
    )
    then = ("请由统计分析员按现在的等级重新开具。", "Let the clerk issue another one from the present grade.")


@dataclass(frozen=True)
class CertificateView:
    """A certificate; `current`: it still says what is on record."""

    id: UUID
    number: str
    customer_id: UUID
    customer_code: str
    shop_name: str
    licence_holder: str
    licence_no: str
    unit_name: str
    grade: str
    issued_at: datetime
    issued_by_name: str
    current: bool


@operation(
    "grade_certificates.issue_certificate",
    article="R7.21",
    posts=CLERK,
    title=("开具等级证明", "Issue a grade certificate"),
)
def issue_certificate(desk: Desk, customer_id: UUID) -> CertificateView:
    """Issue a certificate of the grade on record, with the next number; one that still says it is returned instead.

    Raises NotFound, NoGradeOnRecord.
    """
    customer = desk.customer(customer_id)
    grade = grade_of(customer)
    if not grade:
        raise NoGradeOnRecord(code=customer.code)
    # `next_serial` takes the lock before the last certificate is read: two clerks who issue at once get the same one.
    year = today().year
    serial = grades.next_serial(desk.tx, year)
    # Only the newest counts: after A, B, A the old certificate of A is not revived, a new one is issued.
    last = next(iter(grades.certificates(desk.tx, customer.id)), None)
    if last is None or last.grade != grade:
        last = GradeCertificate(
            id=new_id(),
            customer_id=customer.id,
            unit_code=customer.unit_code,
            year=year,
            serial=serial,
            grade=grade,
            issued_at=now(),
            issued_by=desk.actor.user_id,
            issued_by_name=desk.actor.name,
        )
        desk.tx.add(last)
        desk.tx.flush()
    desk.audit_detail |= {"certificate": last.number, "grade": grade}
    return _view(desk, customer, last)


@operation(
    "grade_certificates.show_certificate",
    article="R7.21",
    posts=LOOKS,
    title=("查看、打印等级证明", "See or print a grade certificate"),
    changes=False,
    audited=False,
)
def show_certificate(desk: Desk, certificate_id: UUID) -> CertificateView:
    """A certificate as it was issued, and whether it is still true. Raises NotFound."""
    known = grades.certificate(desk.tx, certificate_id)
    if known is None:
        raise NotFound(what="等级证明")
    return _view(desk, desk.customer(known.customer_id, "等级证明"), known)


@operation(
    "grade_certificates.list_certificates",
    article="R7.21",
    posts=LOOKS,
    title=("查看客户的等级证明", "See a customer's grade certificates"),
    changes=False,
    audited=False,
)
def list_certificates(desk: Desk, customer_id: UUID) -> list[CertificateView]:
    """A customer's certificates, newest first. Raises NotFound."""
    customer = desk.customer(customer_id)
    return [_view(desk, customer, known) for known in grades.certificates(desk.tx, customer.id)]


def certificate_faults(desk: Desk, customer: Customer) -> Iterator[Refusal]:
    """Why a credit card cannot be applied for: the customer has no certificate, or the last one is no longer true."""
    last = next(iter(grades.certificates(desk.tx, customer.id)), None)
    if last is None:
        yield GradeCertificateMissing(code=customer.code)
    elif last.grade != grade_of(customer):
        present = grade_of(customer)
        shown = (f" {present} 级", present) if present else ("未评定", "none")
        yield GradeCertificateOutdated(number=last.number, was=last.grade, present=shown)


def grade_of(customer: Customer) -> str:
    """The grade on record; empty if none."""
    return str(customer.values.get("customer_grade", ""))


def _view(desk: Desk, customer: Customer, known: GradeCertificate) -> CertificateView:
    unit = users.unit(desk.tx, known.unit_code)
    return view(
        CertificateView,
        known,
        customer_code=customer.code,
        shop_name=customer.shop_name,
        licence_holder=customer.licence_holder,
        licence_no=customer.licence_no,
        unit_name=unit.name if unit else known.unit_code,
        current=known.grade == grade_of(customer),
    )
