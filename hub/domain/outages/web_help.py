"""How the company helps a web customer whose own device fails (R11.6)."""

from collections.abc import Mapping

HELP: Mapping[str, tuple[str, str]] = {
    "company_device": ("用烟草部门的设备订货", "Ordered on the company's device"),
    "device_found": ("帮助客户联系到订货设备", "A device was found for the customer"),
    "on_behalf": ("直接帮助客户订货", "Ordered on the customer's behalf"),
}
