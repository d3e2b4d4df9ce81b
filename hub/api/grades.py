"""Grade evaluations, their reviews, and what is looked at again before them (article 14)."""

from hub.operations.grades import certificates, evaluations, revisits

from .resource import Resource

EVALUATIONS, REVISITS = "/grade-evaluations", "/grade-revisits"
ONE = EVALUATIONS + "/{evaluation_id}"
resource = Resource("onboardings")
resource.shows(EVALUATIONS, evaluations.list_evaluations, "evaluations")
resource.does("POST", EVALUATIONS, evaluations.enter_evaluation, "enter", status=201)
resource.does("POST", ONE + "/review", evaluations.end_review, "review")
resource.shows(EVALUATIONS + "/units", evaluations.list_graded_units, "graded_units")
resource.shows(ONE + "/review", evaluations.show_review, "show_review")
resource.does("POST", ONE + "/filing", evaluations.file_review, "file_review")
resource.shows(REVISITS, revisits.list_revisits, "revisits")
resource.shows(REVISITS + "/{revisit_id}", revisits.show_revisit, "show_revisit")
resource.does("POST", REVISITS + "/{revisit_id}/end", revisits.end_revisit, "end_revisit")
CERTIFICATES = "/customers/{customer_id}/grade-certificates"
resource.does("POST", CERTIFICATES, certificates.issue_certificate, "issue_certificate", status=201)
resource.shows(CERTIFICATES, certificates.list_certificates, "certificates")
resource.shows("/grade-certificates/{certificate_id}", certificates.show_certificate, "show_certificate")
