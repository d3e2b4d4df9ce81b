"""What lets data leave: customers' authorisations, and confidentiality agreements with partners (G1, G2)."""

from hub.api.resource import Resource
from hub.operations.privacy import authorisations

CUSTOMERS, AGREEMENTS = "/customers/{customer_id}/authorisations", "/confidentiality-agreements"
resource = Resource("authorisations")
resource.does("POST", CUSTOMERS, authorisations.give_authorisation, "give", status=201)
resource.does("POST", "/authorisations/{authorisation_id}/withdraw", authorisations.withdraw_authorisation, "withdraw")
resource.does("POST", AGREEMENTS, authorisations.record_confidentiality, "record", status=201)
resource.does("POST", AGREEMENTS + "/{agreement_id}/end", authorisations.end_confidentiality, "end")
