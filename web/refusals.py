"""The status code of every refusal that the workflow may raise, by the name of its class.

404 for what does not exist or may not be seen, 409 for what someone else changed meanwhile,
422 for what the rules do not allow, 429 for too many attempts, 500 for what only a fault in a
definition, in the data of the installation or in this program can cause, or what only a command
meets.
"""

from __future__ import annotations

UNSAID_STATUS = 422

STATUS = {
    "Refusal": UNSAID_STATUS,
    **dict.fromkeys(
        (
            "UnknownCase",
            "UnknownTask",
            "UnknownDefinition",
            "UnknownAgency",
            "UnknownPlan",
            "UnknownSubstitution",
            "UnknownDeparture",
            "UnknownPerson",
            "NotInCharge",
        ),
        404,
    ),
    **dict.fromkeys(
        (
            "CaseClosed",
            "CaseMoved",
            "CaseSuspended",
            "InformationPending",
            "NothingAsked",
            "NothingStuck",
            "NotReversible",
            "PlanNotReady",
            "PlanOutdated",
            "PlanRunning",
            "TaskNotOpen",
            "VersionOutdated",
            "VersionTaken",
        ),
        409,
    ),
    **dict.fromkeys(
        (
            "ActNotAllowed",
            "AgencyUnknown",
            "AlreadyThere",
            "AnswersRefused",
            "BeyondOwnDeadline",
            "ClockStopped",
            "DateOutOfReach",
            "DocumentMissing",
            "DutiesNotSeparate",
            "EndsTooEarly",
            "ExtensionTooLate",
            "ExtensionTooLong",
            "ExtensionsExhausted",
            "FilterNotKept",
            "HeirMissing",
            "MalformedTerm",
            "NotAssigned",
            "NotTheirType",
            "NothingChanges",
            "OutcomeHeld",
            "OutcomeNotOffered",
            "NoSubstitute",
            "ReasonMissing",
            "RoleUnfilled",
            "SignInRefused",
            "SnoozeOutOfReach",
            "SubstituteAbsent",
            "UnitsDiffer",
            "Unsound",
            "UnknownOfficer",
            "WeakPassword",
        ),
        422,
    ),
    "InvitationUnknown": 410,
    "TooManyAttempts": 429,
    **dict.fromkeys(
        (
            "AdministratorExists",
            "DefinitionRunsAway",
            "InstantNeeded",
            "MalformedJoin",
            "NaiveInstant",
            "NoDraft",
            "NotEmpty",
            "PauseReversed",
            "Refused",
            "RuleChanged",
            "SealsDiffer",
            "StoryDoesNotHold",
            "TraceBroken",
            "Unclear",
            "UnfitBackup",
            "UnknownCalendar",
            "UnknownName",
            "UnknownRule",
            "UnreadableTerm",
        ),
        500,
    ),
}
