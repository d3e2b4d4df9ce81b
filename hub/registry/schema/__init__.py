"""The tables, one file a noun. Migrations make them; nothing else does."""

from .asks import Ask, Attempt, Closing, Disclosure, Exchange
from .audit import AuditHead, AuditRow, IdempotencyKey
from .base import Base
from .channels import Authorisation, ChannelProbe, ChannelSettings, ChannelState, Confidentiality
from .customers import Change, Customer, CustomerIndex, CustomerKey, FieldSwitch, ImportRun, Notice, Onboarding
from .partners import Callback, Difference, Schedule, SyncRun, Twin
from .people import AddressTries, ApiToken, LoginSession, PasswordUsed, Unit, User, UserPost
from .settlement import Account, Agreement, Device, Evidence

__all__ = [
    "Account",
    "AddressTries",
    "Agreement",
    "ApiToken",
    "Ask",
    "Attempt",
    "AuditHead",
    "AuditRow",
    "Authorisation",
    "Base",
    "Callback",
    "Change",
    "ChannelProbe",
    "ChannelSettings",
    "ChannelState",
    "Closing",
    "Confidentiality",
    "Customer",
    "CustomerIndex",
    "CustomerKey",
    "Device",
    "Difference",
    "Disclosure",
    "Evidence",
    "Exchange",
    "FieldSwitch",
    "IdempotencyKey",
    "ImportRun",
    "LoginSession",
    "Notice",
    "Onboarding",
    "PasswordUsed",
    "Schedule",
    "SyncRun",
    "Twin",
    "Unit",
    "User",
    "UserPost",
]
