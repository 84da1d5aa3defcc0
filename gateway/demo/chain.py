"""One whole matter over HTTP: the steps of `demo_case`, each a sentence and an act."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from gateway.demo import papers
from gateway.demo.city import clauses, confirmed_fields
from gateway.demo.client import AgencyClient, Staff, StepFailed, until
from gateway.demo.papers import PAPERS
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE

Told = tuple[str, str]


@dataclass
class Chain:
    """The people of one run, and what they have in hand."""

    url: str
    sign_ins: dict[str, Any]
    pdfs: list[Path | tuple[str, bytes]]
    target: Path
    matter: str = ""
    paper: str = ""
    staff: dict[str, Staff] = field(default_factory=dict)
    package: Path | None = None
    link: str = ""

    def __post_init__(self) -> None:
        self.agency = AgencyClient(self.url, self.sign_ins["agencies"][0])

    def person(self, short: str) -> Staff:
        """The person by the name before the @, signed in at first use."""
        if short not in self.staff:
            who = next(one for one in self.sign_ins["people"] if one["email"].split("@")[0] == short)
            self.staff[short] = Staff(self.url, who)
            self.staff[short].sign_in()
        return self.staff[short]

    def steps(self) -> Iterator[Callable[[], str]]:
        """The acts in order; each returns what happened, in words."""
        yield self.token
        yield self.ask
        yield self.file_form
        yield self.read_letter
        yield self.file_order
        yield self.call_court
        yield self.verify
        yield self.scope
        yield self.search
        yield self.take_in
        yield self.review
        yield self.freeze
        yield self.second_review
        yield self.refused_approval
        yield self.approve
        yield self.release
        yield self.claim
        yield self.download
        yield self.check
        yield self.acknowledge
        yield self.claim_again
        yield self.tell

    def token(self) -> str:
        """The agency's client gets a token."""
        self.agency.get_token()
        return "agency client gets a token"

    def ask(self) -> str:
        """The agency asks."""
        subject = PAPERS["sound_order"].subject
        answer = self.agency.post(
            "matters/",
            {
                "description": "All records about the person named.",
                "subjects": [{"name": subject.name, "birth_date": subject.born.isoformat()}],
                "requester_class": "civil_immigration",
            },
        )
        self.matter = answer["id"]
        return f"agency opens {answer['number']}, status {answer['status']}"

    def file_form(self) -> str:
        """The agency files its own form; the answer says what is missing."""
        shown = self._file("i205", declared="fed_search_warrant")
        if shown["status"] != "needs_paper":
            raise StepFailed(f"an administrative form was taken for {shown['status']}")
        missing = "; ".join(one["detail"] for one in shown["missing"])
        return f"agency files an administrative form as a warrant: {missing}"

    def _file(self, name: str, declared: str = "") -> Any:
        data = papers.make(name, timezone.localdate())
        filed = self.agency.post(
            f"matters/{self.matter}/instruments/",
            {"declared_type": declared},
            files={"file": (f"{name}.pdf", data, "application/pdf")},
        )
        self.paper = filed["id"]
        return until("reading the paper", lambda: self._read_paper(filed["id"]), pause_s=2.0)

    def _read_paper(self, paper: str) -> Any:
        shown = self.agency.get(f"instruments/{paper}/")
        return shown if shown["status"] != "being_read" else None

    def read_letter(self) -> str:
        """The letter about it."""
        letters = self.agency.get(f"matters/{self.matter}/letters/")
        wanted = [letter for letter in letters if letter["template"] == "needs_paper"]
        if not wanted:
            raise StepFailed("no letter says what is missing")
        return f"agency reads the letter, check code {wanted[-1]['check_code']}; the gate stays closed"

    def file_order(self) -> str:
        """A court order arrives."""
        shown = self._file("sound_order")
        return f"agency files an order of the District Court, status {shown['status']}"

    def call_court(self) -> str:
        """The officer calls the clerk at the directory's number."""
        officer = self.person("officer")
        clerk = officer.get("courts/")[0]
        officer.send(
            "POST",
            f"instruments/{self.paper}/call-back/",
            {
                "contact": clerk["id"],
                "spoke_with": "Deputy clerk",
                "outcome": "passed",
            },
        )
        return f"officer calls the court at the number of the city's directory, {clerk['phone']}"

    def verify(self) -> str:
        """The verifier confirms, checks and accepts."""
        verifier = self.person("verifier")
        values = {
            key: value.isoformat() if isinstance(value, dt.date) else value
            for key, value in confirmed_fields("sound_order").items()
        }
        version = verifier.get(f"instruments/{self.paper}/")["version"]
        verifier.send("PUT", f"instruments/{self.paper}/fields/", values, version=version)
        for check_id in NEEDED_FOR_ACCEPTANCE:
            if check_id != "V11":
                answer = {"check_id": check_id, "outcome": "passed"}
                verifier.send("POST", f"instruments/{self.paper}/checks/", answer)
        version = verifier.get(f"instruments/{self.paper}/")["version"]
        shown = verifier.send("POST", f"instruments/{self.paper}/accept/", version=version)
        return f"verifier confirms fields and checks, accepts the order: {shown['state']}"

    def scope(self) -> str:
        """Counsel turns the order into clauses."""
        items = [
            {
                "item": clause.item,
                "page": clause.page,
                "quote": clause.quote,
                "subject_name": clause.subject_name,
                "subject_birth_date": clause.subject_birth_date.isoformat()
                if clause.subject_birth_date
                else None,
                "record_classes": list(clause.record_classes),
                "names_status": clause.names_status,
                "date_from": clause.date_from.isoformat() if clause.date_from else None,
                "date_to": clause.date_to.isoformat() if clause.date_to else None,
            }
            for clause in clauses("sound_order")
        ]
        self.person("counsel").send(
            "PUT", f"matters/{self.matter}/scope/", {"instrument": self.paper, "clauses": items}
        )
        return f"counsel sets the scope: {len(items)} clauses"

    def search(self) -> str:
        """A department searches and attests."""
        officer = self.person("officer")
        search = officer.send("POST", f"matters/{self.matter}/searches/", {"department": "Police Department"})
        attested = {"outcome": "found", "where": "Report archive"}
        officer.send("POST", f"searches/{search['id']}/attest/", attested)
        return "officer opens a search; the department attests what it found"

    def take_in(self) -> str:
        """The officer uploads the files; the worker reads them."""
        officer, subject = self.person("officer"), PAPERS["sound_order"].subject
        described = {
            "record_class": "police_report",
            "subject_name": subject.name,
            "subject_birth_date": subject.born.isoformat(),
            "dated_on": (timezone.localdate() - dt.timedelta(days=30)).isoformat(),
        }
        for number, pdf in enumerate(self.pdfs, 1):
            data = pdf.read_bytes() if isinstance(pdf, Path) else pdf[1]
            officer.send(
                "POST",
                f"matters/{self.matter}/records/",
                {"custodian": "Police Department", **described},
                files={"file": (f"record-{number}.pdf", data, "application/pdf")},
            )
        until(
            "reading the records",
            lambda: all(
                record["state"] != "received" for record in officer.get(f"matters/{self.matter}/records/")
            ),
        )
        self._describe_enclosed(described)
        records = officer.get(f"matters/{self.matter}/records/")
        unreadable = [record for record in records if record["state"] == "unreadable"]
        officer.move(self.matter, "finish_search")
        pages = sum(record["page_count"] for record in records)
        left = len(unreadable)
        return f"officer takes in {len(records)} records, {pages} pages; {left} unreadable, withheld"

    def _describe_enclosed(self, described: dict[str, Any]) -> None:
        """Files found inside the records are described too: nothing is left that a clause cannot tell of."""
        officer = self.person("officer")
        for record in officer.get(f"matters/{self.matter}/records/"):
            if record["scope"] == "unknown":
                officer.send("PUT", f"records/{record['id']}/", described, version=record["version"])

    def review(self) -> str:
        """Every page is seen, every finding decided."""
        officer = self.person("officer")
        decided = 0
        for record in officer.get(f"matters/{self.matter}/records/"):
            if record["state"] != "readable":
                continue
            for n in range(1, record["page_count"] + 1):
                officer.send("POST", f"records/{record['id']}/pages/{n}/seen/")
            for finding in officer.get(f"records/{record['id']}/findings/"):
                if not finding["decision"]:
                    officer.send(
                        "POST",
                        f"records/{record['id']}/findings/{finding['id']}/decide/",
                        {"decision": "redact"},
                        version=finding["version"],
                    )
                    decided += 1
        return f"officer sees every page and decides {decided} findings"

    def freeze(self) -> str:
        """The manifest is frozen, burned and verified."""
        officer = self.person("officer")
        officer.move(self.matter, "freeze")
        state = until("burning", lambda: self._state_other_than("burning"))
        if state not in ("second_review", "counsel_review"):
            raise StepFailed(f"burning ended in {state}")
        return f"officer freezes the manifest; every file is burned and passes the verifier: {state}"

    def _state_other_than(self, state: str) -> str:
        now = self.person("officer").get(f"matters/{self.matter}/")["state"]
        return "" if now == state else now

    def second_review(self) -> str:
        """A second officer looks where policy asks."""
        officer = self.person("officer")
        if officer.get(f"matters/{self.matter}/")["state"] != "second_review":
            return "policy asks for no second review of this manifest"
        second = self.person("officer2")
        officer.send("POST", f"matters/{self.matter}/assign/", {"person": second.get("session/")["id"]})
        second.move(self.matter, "pass_second")
        return "a second officer passes the manifest"

    def refused_approval(self) -> str:
        """The officer may not approve."""
        problem = self.person("officer").move(
            self.matter, "approve", {"reason": "It looks fine to me."}, expect=(403, 409)
        )
        return f"officer tries to approve and is refused: {problem['detail']}"

    def approve(self) -> str:
        """Counsel approves with a typed reason and a fresh code."""
        counsel = self.person("counsel")
        counsel.step_up()
        reason = "The order compels these records and nothing else is in it."
        counsel.move(self.matter, "approve", {"reason": reason})
        return "counsel approves the exact manifest"

    def release(self) -> str:
        """The officer releases once the log has sealed the package."""
        officer = self.person("officer")
        officer.step_up()
        until("sealing the package", self._released, limit_s=120, pause_s=1.0)
        return "officer releases the sealed package"

    def _released(self) -> bool:
        answer = self.person("officer").move(self.matter, "release", expect=(200, 409))
        if answer.get("code") == "guard_failed" and set(answer["failed"]) <= {"gate.sealed", "gate.approval"}:
            return False
        if "state" not in answer:
            raise StepFailed(f"release was refused: {answer.get('detail')}")
        return True

    def claim(self) -> str:
        """The agency claims its link."""
        self.agency.get_token()
        links = [one for one in self.agency.get("links/") if one["matter"] == self.matter]
        if len(links) != 1:
            raise StepFailed(f"{len(links)} links were offered")
        self.link = links[0]["id"]
        claim = self.agency.post(f"links/{self.link}/claim/")
        return f"agency claims the link, open until {claim['until']}"

    def download(self) -> str:
        """The agency fetches the bytes and compares the digest."""
        self.target.mkdir(parents=True, exist_ok=True)
        self.package = self.target / f"package-{self.matter}.zip"
        digest = self.agency.download(f"links/{self.link}/package/", self.package)
        offered = next(one for one in self.agency.get("links/") if one["id"] == self.link)
        if digest != offered["sha256"]:
            raise StepFailed("the digest of the download is not the one offered")
        return f"agency downloads {self.package.stat().st_size} bytes, sha256 {digest[:16]}…"

    def check(self) -> str:
        """The package's own verifier, in a process of its own."""
        if self.package is None:
            raise StepFailed("there is no package")
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(self.package) as archive:
                archive.extractall(folder)
            done = subprocess.run(
                [sys.executable, "-I", str(Path(folder) / "verify_bundle.py"), folder],
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise StepFailed(f"the package does not verify (exit {done.returncode})")
        return f"the package's own verifier says: {done.stdout.strip().splitlines()[-1]}"

    def acknowledge(self) -> str:
        """The agency acknowledges by digest."""
        offered = next(one for one in self.agency.get("links/") if one["id"] == self.link)
        self.agency.post(f"links/{self.link}/receipt/", {"sha256": offered["sha256"]})
        status = self.agency.get(f"matters/{self.matter}/")["status"]
        return f"agency acknowledges the package; the matter is {status}"

    def claim_again(self) -> str:
        """A second claim finds the link spent."""
        problem = self.agency.post(f"links/{self.link}/claim/", expect=(410,))
        return f"a second claim is refused: {problem['detail']}"

    def tell(self) -> str:
        """The person concerned is told, by a letter in their language."""
        officer, address = self.person("officer"), f"matters/{self.matter}/notices/"
        waiting = [one for one in officer.get(address) if one["state"] == "due"]
        if len(waiting) != 1:
            raise StepFailed(f"{len(waiting)} people were to be told")
        notice = {"notice": waiting[0]["id"]}
        written = {"act": "draft", "language": "es", "channel": "post", "address": "At the city's address"}
        officer.send("POST", address, {**notice, **written})
        shown = officer.send("POST", address, {**notice, "act": "sent"})
        return f"officer writes to the person concerned, in Spanish, in a plain envelope: {shown['state']}"
