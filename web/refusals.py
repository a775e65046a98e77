"""The status code of every refusal that the workflow may raise, by the name of its class.

404 for what does not exist or may not be seen, 409 for what another person changed meanwhile,
422 for what the rules do not allow, 429 for too many attempts.
"""

from __future__ import annotations

UNSAID_STATUS = 422

STATUS = {
    "MalformedTerm": 422,
    "SignInRefused": 422,
    "TooManyAttempts": 429,
    "WeakPassword": 422,
}
