"""Operations that need no scenario of units: why each does not."""

GLOBAL: dict[str, str] = {
    "audit.verify": "sums over the whole chain; no line of it is shown",
    "channel_desk.channel_figures": "figures of a channel that all units share; no customer",
    "channel_desk.list_channels": "how the shared channels are; no customer",
    "channel_desk.show_channel": "how a shared channel is; no customer, and settings without secrets",
    "coverage.show_coverage": "figures of the company by row of the regulation; no customer",
    "customers.list_switched_off": "names of fields",
    "messages.list_messages": "when a partner said something and what became of it; without what it said",
    "messages.show_message": "the same of one message",
    "schedules.list_digests": "what a run counted; no customer",
    "schedules.list_history": "when a run came and how it ended; no customer",
    "schedules.list_schedules": "when the hub's own runs come",
    "staff.list_units": "names of the departments, which stand on every form",
    "syncing.list_runs": "what a reading counted; no customer",
    "workdays.show_calendar": "working days, the same for everybody",
}
"""Reading that shows the same to every unit, with the reason why it may."""
COMPANY = {
    "channel_desk.pause",
    "channel_desk.record_probe",
    "channel_desk.resume",
    "channel_desk.save_settings",
    "customers.switch_field",
    "messages.hear_again",
    "messages.reveal_message",
    "rights.end_confidentiality",
    "rights.record_confidentiality",
    "schedules.pause_schedule",
    "schedules.probe_soon",
    "schedules.read_again",
    "schedules.resume_schedule",
    "schedules.run_now",
    "settings_proposals.confirm_settings",
    "settings_proposals.reject_settings",
    "settings_views.list_proposals",
    "settings_views.show_proposal",
    "settings_views.show_settings",
    "syncing.release",
    "workdays.enter_days",
    "workdays.withdraw_day",
}
"""What concerns every unit: refused at a county, whatever the post."""
