"""Words of the help: what each stage means and what can be done there, each role's work, the terms."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.matters.states import State
from workflows.policy.roles import ADMINISTRATOR, AUDITOR, COUNSEL, CUSTODIAN, OFFICER, VERIFIER


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of a matter: what it means, what people do in it, and what to do when it does not go on."""

    means: str
    do: str
    stuck: str


STAGES = {
    State.RECEIVED: Stage(
        "The request has arrived and gets its number.", "Nothing: this takes a moment.",
        "If it stays here, tell the administrator that the worker may be down.",
    ),
    State.ACKNOWLEDGED: Stage(
        "The agency knows that the city has its request. There is no paper yet, so nothing can leave.",
        "An officer files the paper that came with it, or asks the agency for a court order.",
        "No answer is needed to wait: without a paper the matter stays closed to release.",
    ),
    State.AWAITING_PAPER: Stage(
        "The agency has a letter that says which paper is missing.",
        "File the paper when it comes. An officer can refuse the request when it does not.",
        "Look at the dates: the letter names a day, and a task comes up when it has passed.",
    ),
    State.PRESERVING: Stage(
        "The records are kept as they are. Nothing is disclosed.",
        "File a paper when one comes.", "After the day on the page of dates an officer looks at it again.",
    ),
    State.EXIGENT: Stage(
        "An official claims that somebody is in danger of death or serious injury.",
        "Counsel decides how little helps; a department head confirms it; both are needed.",
        "Call the agency's published number first. A claim that cannot be confirmed ends here.",
    ),
    State.INSTRUMENT_REVIEW: Stage(
        "A paper is filed. Until people have checked it, it opens nothing.",
        "A verifier answers each check beside the paper's image; somebody else calls the court.",
        "The list on the paper's page says which check is open and who can answer it.",
    ),
    State.SCOPE_REVIEW: Stage(
        "The paper is accepted. Counsel says item by item what it compels.",
        "Counsel quotes the words of the paper for each clause, or asks the court what it means.",
        "Where the words do not say it, the clause does not open it. Ask rather than guess.",
    ),
    State.CLARIFICATION: Stage(
        "Counsel has asked what the paper means. The city's own clocks stand still; a court's do not.",
        "File the answer when it comes.", "The page of dates shows the next day on which a court waits.",
    ),
    State.COLLECTING: Stage(
        "Departments search, and officers take in what was found. Each file is read at once.",
        "Open a search for each department, take files in, and say of each whose and of when it is.",
        "What cannot be read stays withheld: ask the department for a better copy.",
    ),
    State.REVIEW: Stage(
        "People look at every page and decide every finding.",
        "Open a record, decide its findings, say of each page that you have seen it, then freeze.",
        "The box above says what is still open, and in which record.",
    ),
    State.BURNING: Stage(
        "Each record is rebuilt without what was marked, and another program checks the new file.",
        "Nothing. You may leave the page.",
        "A file that does not pass is withheld, and the review opens again with the reason.",
    ),
    State.SECOND_REVIEW: Stage(
        "The policy asks that an officer who made no mark looks at the result.",
        "Compare the pages as received with the result; pass it, or send it back with a reason.",
        "Somebody who has marked cannot do this: assign another officer on the page of people.",
    ),
    State.COUNSEL_REVIEW: Stage(
        "One exact list of files waits for counsel. Changing a single byte would void an approval.",
        "Counsel reads the brief, looks at pages, and approves, sends back or refuses.",
        "A lawyer who took part cannot approve: another one is needed, and the brief says so.",
    ),
    State.APPROVED: Stage(
        "Counsel has approved. The package is built, and its entry is sealed in the log.",
        "An officer releases it once it is sealed.",
        "While the gate is closed nothing leaves; the banner says why and since when.",
    ),
    State.RELEASING: Stage(
        "The agency can fetch the package, once, until the link ends.",
        "Wait for the receipt. Counsel can recall it: the next byte is then refused.",
        "A link that has ended is not renewed by itself: an officer releases again.",
    ),
    State.DELIVERED: Stage(
        "The agency has acknowledged the package with its digest.",
        "Close the matter when the duties on the page of dates are done.",
        "If something should not have left, recall it: open the page of recalls.",
    ),
    State.REFUSED: Stage(
        "The agency has a letter with the reasons.", "Close the matter. A new paper reopens it.",
        "A letter can be checked by its code on the city's public pages.",
    ),
    State.WITHDRAWN: Stage(
        "The agency has taken its request back.", "Close the matter.",
        "Records stay as they are kept anyway.",
    ),
    State.CLOSED: Stage(
        "The matter is over. All entries stay.", "Nothing.",
        "A challenge or an order that comes later is filed here too and raises a task.",
    ),
}  # fmt: skip

PAPERS = {
    "offered": "Filed, and read by the machine only. It opens nothing.",
    "format_checked": "Read; a person has not confirmed its fields yet. It opens nothing.",
    "authenticating": "People are checking it, and the court is called. It opens nothing yet.",
    "in_force": "Checked by two people and in force. It opens what its clauses say, and nothing else.",
    "stayed": "A court has stopped it for now. Nothing leaves under it.",
    "quashed": "A court has set it aside. Nothing leaves under it.",
    "expired": "Its time is over. Nothing leaves under it.",
    "executed": "It has been carried out. Nothing more leaves under it.",
    "superseded": "Another paper has taken its place.",
    "withdrawn": "It was taken back. Nothing leaves under it.",
    "forged": "The court does not know it. Nothing leaves under it, and the matter is blocked.",
}

RECORDS = {
    "received": "The file is stored as it came and is being read. Until then it is withheld.",
    "readable": "It was read with certainty. People now look at its pages.",
    "unreadable": "It could not be read with certainty, so all of it is withheld. Ask for another copy, "
    "or have it read again.",
    "reviewed": "Every page is seen and every finding decided.",
    "frozen": "It is part of a frozen list. Marks and decisions change only when that is sent back.",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One of a role's main tasks, and the steps of it as the pages call them."""

    title: str
    steps: tuple[str, ...]


ROLES = {
    OFFICER: (
        Task("Get a request under way", (
            "Open the matter in the queue, or enter a letter or call under “New request”.",
            "File the court's paper under “Papers”. With none, ask the agency for one under “Other acts”.",
            "Call the court at the number of the city's directory, never at one printed on the paper.",
        )),
        Task("Collect and review", (
            "Under “Searches” ask each department; under “Records” take in what was found.",
            "Open a record. “a” redacts a finding, “x” keeps it with a reason, “?” lists the keys.",
            "“v” shows the value of a finding, and the log keeps that you saw it; “/” finds words on all "
            "pages of the matter and marks them everywhere in one step.",
            "Look at the whole page, draw a box where something was missed, then press “m”.",
            "When all is decided, freeze the list from the matter's page.",
        )),
        Task("Release", (
            "Wait until counsel has approved and the package is sealed.",
            "Under “Release” read who gets what, then release. The agency can fetch it once.",
            "Close the matter when the agency has acknowledged it.",
        )),
    ),
    VERIFIER: (
        Task("Read the paper", (
            "Open the matter that waits for you. The image is on the left, the checks on the right.",
            "Red notes say what speaks against it: an agency's own form, or use in another matter.",
            "Confirm the fields from the image. What the machine read is only a suggestion.",
        )),
        Task("Answer the checks", (
            "Answer each from what you see, with a note where it is not plain.",
            "The call to the court is made by somebody else than the one who accepts.",
        )),
        Task("Accept it, or end it", (
            "Accept when every check has passed. The button says what is still missing.",
            "A paper that is no court's order cannot be accepted: ask for one, or leave it to counsel.",
        )),
    ),
    COUNSEL: (
        Task("Set the scope", (
            "Select the words on the paper and make a clause of them: who, which records, which days.",
            "Look at the table of records against clauses. “Cannot tell” is not covered until you rule.",
            "Say of status data what an item names, under “Status data”; else it is removed.",
        )),
        Task("Decide about a manifest", (
            "Read the brief: who asks, under what, what leaves, what is removed, what stays, what changed.",
            "Look at the pages as they would leave, first those with high risk.",
            "Approve with your code and your own reason, or send back with a page and a reason.",
        )),
        Task("Stop and call back", (
            "Block a matter when a stay or a challenge comes: nothing of it leaves until you lift it.",
            "Recall what was released: the next byte is refused, and the agency gets a letter.",
        )),
    ),
    AUDITOR: (
        Task("Look at what stands out", (
            "Under “Flags” read each with its entry and close it together with the other auditor.",
            "Sign the week: what was open, what was looked at.",
        )),
        Task("Check releases", (
            "Under “Samples” draw a month's sample. The seed comes from the log: nobody chooses it.",
            "Note of each release what you found. The page says what error rate that rules out.",
        )),
        Task("Prove it to somebody else", (
            "Filter the log, open an entry, and download its proof.",
            "Export a span of the log with the program that checks it without us.",
        )),
    ),
    ADMINISTRATOR: (
        Task("Keep the house well", (
            "On the house page look at workers, queues, disk, isolation and the age of the last checkpoint.",
            "What stands in red stops releases by itself; nothing is lost meanwhile.",
        )),
        Task("People", (
            "Each account has one role. Switch off whoever leaves; nobody is deleted.",
            "Hand over sign-ins on paper or in person, never by mail.",
        )),
        Task("Directories, calendars and texts of letters", (
            "Enter agencies' numbers as public directories print them, and days on which the city is closed.",
            "Under “Texts of letters” open one, change it, and look at what changes and at a sample.",
            "A changed calendar or text holds once another person agrees; letters already sent stay.",
        )),
    ),
    CUSTODIAN: (
        Task("See what you are asked", (
            "“Your searches” lists what you were asked to look for, and by when.",
        )),
        Task("Search", (
            "Look where such records are kept, and where copies may be: mail, shared folders, paper.",
            "Destroy nothing, whatever its usual time: a hold stands on it.",
        )),
        Task("Say what came of it", (
            "Say where you looked and whether you found something. “None” is an answer too.",
            "Hand everything to the records office. It decides what is covered, you need not.",
        )),
    ),
}  # fmt: skip

TOUR = (
    ("The queue", "Four matters: a letter without a paper, one with an agency's own form, one with an "
     "unsigned draft, and one with an order. Only the last can ever lead to a release.",
     (OFFICER, VERIFIER, COUNSEL)),
    ("An agency's own form", "Open the matter whose paper is under review. The red note says "
     "“Administrative, not judicial” and shows the words that tell. No button accepts it.",
     (OFFICER, VERIFIER, COUNSEL)),
    ("An order in force", "Open the matter that collects records. “Papers” shows the order with its checks, "
     "“Scope” what each item compels and which record is covered.", (OFFICER, VERIFIER, COUNSEL)),
    ("A record", "Under “Records” open one for review. Decide a finding with “a”, take it back with “u”. "
     "Look at “?” for all keys.", (OFFICER, COUNSEL)),
    ("Freeze and decide", "When everything is decided, freeze. Another program checks the new files; then "
     "sign in as counsel and open the brief.", (OFFICER, COUNSEL)),
    ("Release and receipt", "Sign in as an officer and release. The agency fetches the package once and "
     "acknowledges its digest.", (OFFICER, COUNSEL)),
    ("The log", "Sign in as auditor: every step of this tour is an entry, with a proof to take away.",
     (OFFICER, VERIFIER, COUNSEL, AUDITOR, ADMINISTRATOR, CUSTODIAN)),
)  # fmt: skip

TERMS = (
    ("Approval", "Counsel's word for one exact manifest and its files. It is void when a byte changes."),
    ("Block", "Stops approval and release of a matter, in any stage. Nothing is lost."),
    ("Box", "A place on a page that a person covers."),
    ("Checkpoint", "The log's signed state at one moment. What it covers cannot be changed unseen."),
    ("Clause", "What one item of a paper compels, with the words quoted."),
    ("Counsel", "A city lawyer who sets the scope and approves what leaves."),
    ("Custodian", "Whoever of a department holds records and searches them."),
    ("Digest", "A file's fingerprint. Two files with the same digest are the same."),
    ("Entry", "One line of the log: who did what, when, with what result."),
    ("Exemption code", "The ground on which something is removed."),
    ("Finding", "A place where the machine thinks that status data stands. A person decides."),
    ("Freeze", "From here on the list, its marks and decisions stay as they are."),
    ("Gate", "The last question before anything leaves. The database asks it too."),
    ("Hold", "Nothing that it covers may be destroyed."),
    ("Instrument", "A warrant, order or subpoena as it was filed; on the pages also “paper”."),
    ("Keep", "A finding stays in sight. Some keeps need two people, one of them counsel."),
    ("Link", "The way by which one agency fetches one package, once, until a time."),
    ("Manifest", "The frozen, counted list of exactly what leaves."),
    ("Matter", "One request of an agency and all that follows from it."),
    ("Officer", "Works on requests and records, reviews pages, releases."),
    ("Package", "The signed bundle that the agency gets, with its proof."),
    ("Recall", "A released package is called back. The next byte is refused."),
    ("Receipt", "The agency's word that it has the package, with its digest."),
    ("Record", "One file that may answer the request, as it came."),
    ("Redact", "What was found is removed from the new file for good. The original stays in the vault."),
    ("Scope", "All that the papers in force compel. What is not in it does not leave."),
    ("Status data", "What tells or hints at somebody's immigration status."),
    ("Step-up", "Typing a fresh code for an act of weight."),
    ("Vault", "Where originals are kept, encrypted. Nothing is taken from it by redaction."),
    ("Verifier", "Checks papers. Also the program that checks each new file; it shares no code with the one "
     "that made it."),
    ("Withheld", "It does not leave. That is the answer whenever something is not certain."),
    ("Witness", "Another machine that signs the log's checkpoints, so that nobody can show two logs."),
)  # fmt: skip
