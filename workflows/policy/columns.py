"""What each column of text may hold (workflow.md 3.5). Pure data; a column that is not named here fails a
test, so that nobody adds a place for words that the intake guard does not see.

GUARDED      typed by people of the city: tier-1 status data is refused, nothing is stored
MASKED       words from outside or from a paper: identifiers are replaced before they are stored
CLOSED       codes of closed lists, digests, random ids, addresses, what the machine or counsel's templates
             make of them: no free text gets in
ENCRYPTED    bytes or text that only the keys of this installation open, or a secret of its own
"""

from __future__ import annotations

GUARDED = frozenset({
    "accounts.Person.email", "accounts.Person.name", "accounts.SavedFilter.name",
    "instruments.Clarification.addressee", "matters.AgencyContact.office",
    "instruments.Check.note", "instruments.ClauseLimit.value", "instruments.ScopeClause.subject_number",
    "records.Record.document_number", "records.Record.subject_number",
    "instruments.Check.spoke_with", "instruments.Consent.subject_name",
    "instruments.CounselFinding.text", "instruments.Determination1373.recipient",
    "instruments.Determination1373.subject_name", "instruments.ExigentClaim.official",
    "instruments.ExigentClaim.official_title", "instruments.ExigentClaim.spoke_with",
    "instruments.ExigentDetermination.subject_name", "instruments.Instrument.court",
    "instruments.Instrument.docket", "instruments.Instrument.signer", "instruments.Instrument.signer_title",
    "instruments.LegalBasisOverride.subject_name", "instruments.ScopeClause.item",
    "instruments.ScopeClause.subject_name", "instruments.SubpoenaAnswer.words",
    "lawbook.PolicyVersion.body", "lawbook.PolicyVersion.reason",
    "matters.Agency.name", "matters.Contact.agency_said", "matters.Contact.note",
    "matters.Contact.official_said", "matters.Contact.place", "matters.Official.name", "matters.Taken.what",
    "notices.LetterText.text", "notices.ReferralList.rows",
    "records.Attestation.where", "records.Finding.reason", "records.Record.custodian",
    "records.Record.subject_name", "records.SearchTask.department", "records.SearchTask.where",
    "releases.Approval.reason",
})  # fmt: skip

MASKED = frozenset({
    "instruments.ClauseLimit.quote", "records.ScopeRuling.quote", "instruments.PaperLimit.quote",
    "instruments.SumRuling.quote", "instruments.Instrument.reading",
    "instruments.ScopeClause.quote", "matters.ListedRequest.reference",
    "matters.ListedRequest.requester", "matters.ListedRequest.text", "matters.Party.name",
    "matters.Request.authority_masked", "matters.Request.description_masked",
})  # fmt: skip

ENCRYPTED = frozenset({"accounts.Person.password"})

CLOSED = frozenset({
    # the log: its own closed schema (audit/schema.py)
    "audit.Checkpoint.cosignatures", "audit.Checkpoint.note", "audit.Entry.digest", "audit.Entry.event",
    "audit.Entry.outcome", "audit.Entry.role", "audit.Flag.code", "audit.Flag.disposition",
    "audit.Flag.facts", "audit.FlagStep.kind", "audit.FlagStep.outcome", "audit.Watched.key",
    "audit.Watched.value", "audit.About.subject",
    "audit.Sample.root", "audit.Sample.seed", "audit.Outcome.faults", "audit.SignOff.root",
    "audit.Incarnation.origin", "audit.Incarnation.prior_note",
    # files, work, dates
    "vault.Blob.kind", "vault.Blob.name", "vault.Blob.record_id", "vault.Blob.ring", "vault.Blob.sha256",
    "jobs.Job.error_code", "jobs.Job.key", "jobs.Job.kind", "jobs.Job.lane", "jobs.Job.queue",
    "jobs.Job.state", "jobs.Job.subject", "clocks.CalendarVersion.calendar", "clocks.CalendarVersion.closed",
    "clocks.CalendarVersion.opened", "clocks.CalendarProposal.calendar", "clocks.CalendarProposal.closed",
    "clocks.CalendarProposal.opened", "clocks.Clock.about", "clocks.Clock.asserted_by", "clocks.Clock.kind",
    "clocks.Clock.outcome", "clocks.ClockPause.cause", "lawbook.PolicyVersion.differences",
    "lawbook.PolicyVersion.sha256",
    # letters: words of templates, and places whose values come from columns named above
    "notices.Letter.body", "notices.Letter.check_code", "notices.Letter.language", "notices.Letter.missing",
    "notices.Letter.template", "notices.LetterText.language", "notices.LetterText.sha256",
    "notices.LetterText.template",
    # notices: the people whom clauses and records name, in columns named above
    "notices.Accounting.language", "notices.Accounting.outcome", "notices.AccountingRequest.language",
    "notices.Notice.person_name", "notices.NoticeStep.channel", "notices.NoticeStep.language",
    "notices.NoticeStep.reason", "notices.NoticeStep.state",
    # matters; a number of the directory has the form of one; no act of anybody writes the directory of courts
    "matters.Agency.default_class", "matters.AgencyContact.phone",
    "matters.Block.kind", "matters.Contact.channel", "matters.Contact.paper", "matters.Contact.wants",
    "matters.ListedRequest.digest", "matters.ListedRequest.outcome", "matters.ListedRequest.reasons",
    "matters.Matter.channel", "matters.Matter.number", "matters.Matter.requester_class",
    "matters.Matter.state", "matters.Official.title", "matters.Request.sha256", "matters.Seal.ground",
    "matters.Taken.kind", "matters.Task.kind", "matters.Task.role",
    # papers
    "instruments.Check.check_id", "instruments.Check.outcome", "instruments.Consent.classes",
    "instruments.Consent.types", "instruments.CourtContact.court", "instruments.CourtContact.office",
    "instruments.CourtContact.phone", "instruments.Determination1373.classes",
    "instruments.Determination1373.types", "instruments.ExigentClaim.ground",
    "instruments.ExigentDetermination.classes", "instruments.ExigentDetermination.types",
    "instruments.Flag.flag", "instruments.Instrument.channel", "instruments.Instrument.declared_type",
    "instruments.Instrument.page_images", "instruments.Instrument.sha256", "instruments.Instrument.state",
    "instruments.Instrument.type", "instruments.Instrument.verdict", "instruments.LegalBasisOverride.basis",
    "instruments.LegalBasisOverride.classes", "instruments.LegalBasisOverride.types",
    "instruments.ScopeClause.record_classes", "instruments.SecrecyOrder.ground",
    "instruments.PaperLimit.kind", "instruments.SumRuling.kind",
    "instruments.ClauseLimit.dimension", "instruments.RequestReading.record_classes",
    # made from guarded columns: names and numbers as the database compares them
    "instruments.ClauseLimit.key", "instruments.ScopeClause.subject_key", "records.Record.categories",
    "records.Record.custodian_key", "records.Record.document_key", "records.Record.subject_key",
    "instruments.StatusAuthorisation.ground", "instruments.StatusAuthorisation.types",
    "instruments.SubpoenaAnswer.grounds", "instruments.WithholdingChoice.choice",
    # records; of a finding only type, place, rule and a keyed hash
    "records.Attestation.kind", "records.Finding.action", "records.Finding.boxes",
    "records.Finding.decision", "records.Finding.explanation", "records.Finding.keep_ground",
    "records.Finding.key", "records.Finding.layer", "records.Finding.rule", "records.Finding.source",
    "records.Finding.twins", "records.Finding.type", "records.Finding.value_hmac", "records.Mark.code",
    "records.Mark.layer", "records.Page.cited", "records.Page.signals", "records.Record.disposition",
    "records.Record.dropped",
    "records.Record.media_type", "records.Record.reasons", "records.Record.record_class",
    "records.Record.ruleset", "records.Record.scope", "records.Record.sha256", "records.Record.state",
    "records.Record.text_hmac", "records.ReviewAct.after", "records.ReviewAct.before",
    "records.ReviewAct.kind", "records.SearchTask.outcome",
    # releases
    "releases.Approval.manifest_sha256", "releases.Approval.outputs_sha256", "releases.ApprovalVoid.cause",
    "releases.GateDecision.manifest_sha256", "releases.GateDecision.moment",
    "releases.GateDecision.predicates", "releases.LinkRevoked.cause", "releases.Manifest.body",
    "releases.Manifest.sha256", "releases.ManifestRecord.decisions", "releases.ManifestRecord.ruleset",
    "releases.ManifestRecord.source_sha256", "releases.Package.sha256", "releases.PackageSeal.bundle_sha256",
    "releases.Receipt.sha256", "releases.Release.manifest_sha256", "releases.VerifierReport.assertions",
    "releases.VerifierReport.output_sha256", "releases.VerifierReport.page_images",
    "releases.VerifierReport.plan_sha256", "releases.VerifierReport.reasons",
    "releases.VerifierReport.ruleset",
    # exports: filters of closed lists and days, codes, digests
    "exports.Export.asked", "exports.Export.kind", "exports.Prepared.sha256", "exports.Sealed.bundle_sha256",
    # holds, the register, accounts, the API
    "holding.Challenge.kind", "holding.Challenge.outcome", "holding.Challenge.party",
    "holding.Challenge.state", "holding.Forgetting.ground", "holding.Forgetting.outcome",
    "holding.Forgetting.subject", "holding.Hold.about", "holding.Hold.ground", "holding.Recall.reason",
    "holding.RecallReply.outcome", "transparency.Cell.column", "transparency.Cell.mark",
    "transparency.Cell.row", "transparency.Cell.table", "transparency.Edition.note",
    "transparency.Edition.origin", "transparency.Edition.root", "transparency.Edition.sha256",
    "accounts.AccountChange.role", "accounts.AccountChange.what", "accounts.OwnKeys.keys",
    "accounts.SavedFilter.wanted", "accounts.Person.role", "api.IdempotencyKey.answer",
    "api.IdempotencyKey.key", "api.IdempotencyKey.request_sha256",
})  # fmt: skip

KINDS = {"guarded": GUARDED, "masked": MASKED, "encrypted": ENCRYPTED, "closed": CLOSED}
