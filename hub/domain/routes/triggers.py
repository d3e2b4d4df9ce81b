"""What makes a large change of routes necessary (R13.7)."""

from collections.abc import Mapping

from hub.domain.plain_text import Bilingual

TRIGGERS: Mapping[str, Bilingual] = {
    "vans_added": ("增加送货车", "More vans"),
    "vans_withdrawn": ("减少送货车", "Fewer vans"),
    "managers_added": ("增加客户经理", "More account managers"),
    "managers_withdrawn": ("减少客户经理", "Fewer account managers"),
    "direct_delivery": ("实行直送", "Direct delivery"),
    "depot_moved": ("配送点调整", "A depot moves, opens or closes"),
    "loads_uneven": ("线路工作量或销量长期不均衡", "Loads or sales uneven for long"),
}
# The article's "several" meetings are two at least (own convention).
SEVERAL = 2
