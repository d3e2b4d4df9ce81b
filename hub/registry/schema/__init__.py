"""The tables, one file a noun. Migrations make them; nothing else does."""

from .access import AccessRequest
from .asks import Ask, Attempt, Closing, Disclosure, Exchange
from .audit import AuditHead, AuditRow, IdempotencyKey
from .base import Base
from .cards import CardCase, KeptOrder
from .changes import Application, CalendarDay, Order, Signature, Task, Temporary, UnitRule
from .channels import Authorisation, ChannelProbe, ChannelSettings, ChannelState, Confidentiality, SettingsProposal
from .customers import Change, Customer, CustomerIndex, CustomerKey, FieldSwitch, ImportProgress, ImportRun, Notice
from .daily_mail import DailyMail, MailAddress
from .documents import Custodian, HandIn
from .exports import Export, ExportTaking
from .installation import Installation
from .leave_cover import Cover, Handover, Leave
from .onboarding import GradeEvaluation, GradeRevisit, Onboarding, Training, WebOrdering
from .outages import CallStop, Outage, OutageCustomer
from .phones import PermitMember, PhoneChange, PhonePermit, WatchEntry
from .power_cuts import HelpRecord, PowerCut, PowerCutList, PowerCutWarning
from .reconciliation import UNVERIFIED, Callback, ComparisonMark, Difference, ListRun, Twin
from .routes import AddressCheck, DeliveryView, RouteDriver, RouteMeeting, RouteProposal, RouteScenario
from .schedules import Digest, Schedule, ScheduleRun
from .settlement import Account, Agreement, Device, Evidence, PendingBinding
from .staff import AddressTries, ApiToken, LoginSession, PasswordUsed, SignInTries, Unit, User, UserPost
from .staff_notices import StaffNotice

__all__ = [
    "UNVERIFIED",
    "AccessRequest",
    "Account",
    "AddressCheck",
    "AddressTries",
    "Agreement",
    "ApiToken",
    "Application",
    "Ask",
    "Attempt",
    "AuditHead",
    "AuditRow",
    "Authorisation",
    "Base",
    "CalendarDay",
    "CallStop",
    "Callback",
    "CardCase",
    "Change",
    "ChannelProbe",
    "ChannelSettings",
    "ChannelState",
    "Closing",
    "ComparisonMark",
    "Confidentiality",
    "Cover",
    "Custodian",
    "Customer",
    "CustomerIndex",
    "CustomerKey",
    "DailyMail",
    "DeliveryView",
    "Device",
    "Difference",
    "Digest",
    "Disclosure",
    "Evidence",
    "Exchange",
    "Export",
    "ExportTaking",
    "FieldSwitch",
    "GradeEvaluation",
    "GradeRevisit",
    "HandIn",
    "Handover",
    "HelpRecord",
    "IdempotencyKey",
    "ImportProgress",
    "ImportRun",
    "Installation",
    "KeptOrder",
    "Leave",
    "ListRun",
    "LoginSession",
    "MailAddress",
    "Notice",
    "Onboarding",
    "Order",
    "Outage",
    "OutageCustomer",
    "PasswordUsed",
    "PendingBinding",
    "PermitMember",
    "PhoneChange",
    "PhonePermit",
    "PowerCut",
    "PowerCutList",
    "PowerCutWarning",
    "RouteDriver",
    "RouteMeeting",
    "RouteProposal",
    "RouteScenario",
    "Schedule",
    "ScheduleRun",
    "SettingsProposal",
    "SignInTries",
    "Signature",
    "StaffNotice",
    "Task",
    "Temporary",
    "Training",
    "Twin",
    "Unit",
    "UnitRule",
    "User",
    "UserPost",
    "WatchEntry",
    "WebOrdering",
]
