"""What a test of a channel found is the hub's own word: nobody hands in its legs, by whatever face (G3, G9)."""

import pytest

from hub.operations.channels.control import record_probe, save_settings
from hub.operations.inputs import inputs_of
from hub.operations.texts import OnlyWithinHub, read

FORGED = '[{"leg": "login", "ok": true, "text": "well"}]'


@pytest.mark.article("G3", "G9")
def test_no_face_takes_legs_that_the_hub_did_not_measure() -> None:
    with pytest.raises(OnlyWithinHub):
        read(record_probe, {"channel": "icbc", "legs": FORGED})
    assert set(read(save_settings, {"channel": "icbc", "values": "a=b", "legs": FORGED})) == {"channel", "values"}
    assert "legs" not in {known.name for known in inputs_of(save_settings)}
