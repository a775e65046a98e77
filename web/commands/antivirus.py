"""Whether documents are looked at before anybody may have them, as `tramita doctor` says it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from tempfile import TemporaryFile

from obstore.exceptions import BaseError

from web.commands.findings import Finding
from web.settings import Settings
from web.stores import MEGABYTE, store_of
from workflow.storage.antivirus import Clamd, Looked, Verdict

TEST_VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless text of eicar.org that every antivirus takes for a virus; in two parts, or one would
take this file for it."""


def look_at_antivirus(chosen: Settings) -> Iterator[Finding]:
    """Name a clamd that is away or overlooks something, and the documents that wait for it."""
    if chosen.clamd_address:
        yield _guard(chosen)
    else:
        mend = "set TRAMITA_CLAMD_ADDRESS where documents come from the public"
        yield Finding("No antivirus looks at documents", mend)
    try:
        held = store_of(chosen).held()
    except (OSError, BaseError):
        return  # what is wrong with the store is told by who looks at it
    if held.waiting:
        mend = "the clock shows them to clamd, and its log says why they go on to wait"
        what = f"{held.waiting} documents wait to be looked at"
        yield Finding(what, mend, wrong=not chosen.clamd_address)
    if held.unseen:
        mend = "see in the clock's log what clamd says of them; they wait until it can look at them"
        yield Finding(f"{held.unseen} of these were looked at again and again in vain", mend, True)
    if held.infected:
        mend = "nobody is ever sent them; have those who attached them clean their machines"
        yield Finding(f"{held.infected} documents carry a virus", mend)


def _guard(chosen: Settings) -> Finding:
    """Say whether clamd answers, and finds a virus in a small and in the largest document."""
    where = chosen.clamd_address
    clamd = Clamd(where, chosen.clamd_seconds)
    try:
        version = clamd.version()
    except OSError as error:
        mend = "start clamd, or correct TRAMITA_CLAMD_ADDRESS; documents are held until then"
        return Finding(f"The clamd at {where} does not answer ({error})", mend, wrong=True)
    if clamd.look([TEST_VIRUS]).verdict is not Verdict.INFECTED:
        mend = "let it have signatures: systemctl start clamav-freshclam, and look at its log"
        return Finding(f"The clamd at {where} does not find the test virus", mend, wrong=True)
    most = chosen.max_upload_mb
    try:
        large = _looked_at_largest(clamd, most)
    except OSError as error:
        mend = "make room where temporary files are kept"
        return Finding(f"No document to try clamd with could be made ({error})", mend, wrong=True)
    if large.verdict is Verdict.CLEAN:
        mend = f"set MaxFileSize and MaxScanSize of clamd.conf above {most}M and {2 * most}M"
        what = f"The clamd at {where} overlooks a virus in documents of {most} MB"
        return Finding(what, mend, wrong=True)
    if large.verdict is Verdict.UNKNOWN:
        mend = f"set StreamMaxLength and MaxFileSize of clamd.conf above {most}M; they stay held"
        what = f"The clamd at {where} does not look at documents of {most} MB ({large.name})"
        return Finding(what, mend, wrong=True)
    return Finding(f"Documents are looked at by {version[:80]} at {where}")


def _looked_at_largest(clamd: Clamd, megabytes: int) -> Looked:
    """Show it the largest document that may be sent, with the test virus as one of its parts."""
    with TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("eicar.com", TEST_VIRUS)
            with archive.open("nothing", "w", force_zip64=True) as padding:
                for _ in range(megabytes * 8 - 1):
                    padding.write(bytes(MEGABYTE // 8))
        file.seek(0)
        return clamd.look(iter(lambda: file.read(MEGABYTE), b""))
