-- Nominations, the requests they come with, their files, holds, remarks and every move they make.
CREATE TABLE IF NOT EXISTS dossiers (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  number TEXT NOT NULL,
  dated_on TEXT NOT NULL,
  submitted_by TEXT REFERENCES accounts (id),
  submitted_at TIMESTAMPTZ NOT NULL,
  UNIQUE (campaign_id, organization_id, number)
);

--bun:split
CREATE TABLE IF NOT EXISTS nominations (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  reference TEXT {{.C}} NOT NULL,
  award_type_id TEXT NOT NULL REFERENCES award_types (id),
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  person_id TEXT REFERENCES people (id),
  organization_id TEXT REFERENCES organizations (id),
  unit_id TEXT NOT NULL REFERENCES organizations (id),
  submitted_by_id TEXT NOT NULL REFERENCES organizations (id),
  ground_id TEXT NOT NULL REFERENCES grounds (id),
  reform_unit_id TEXT REFERENCES organizations (id),
  achievement_code TEXT NOT NULL,
  achievement TEXT NOT NULL,
  recipient_folded TEXT {{.C}} NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'INELIGIBLE', 'SHORTLISTED',
    'NOT_SHORTLISTED', 'ENDORSED', 'NOT_ENDORSED', 'APPROVED', 'REJECTED', 'AWARDED', 'WITHDRAWN')),
  held BOOLEAN NOT NULL,
  dossier_id TEXT REFERENCES dossiers (id),
  decision_id TEXT,
  submitted_at TIMESTAMPTZ,
  version INTEGER NOT NULL,
  CHECK ((recipient_kind = 'INDIVIDUAL') = (person_id IS NOT NULL)),
  CHECK ((recipient_kind = 'COLLECTIVE') = (organization_id IS NOT NULL)),
  UNIQUE (campaign_id, reference)
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS nominations_live_person ON nominations (campaign_id, award_type_id, person_id)
  WHERE person_id IS NOT NULL AND status NOT IN ('WITHDRAWN', 'INELIGIBLE');

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS nominations_live_organization ON nominations (campaign_id, award_type_id, organization_id)
  WHERE organization_id IS NOT NULL AND status NOT IN ('WITHDRAWN', 'INELIGIBLE');

--bun:split
CREATE INDEX IF NOT EXISTS nominations_submitted_by ON nominations (submitted_by_id);

--bun:split
CREATE INDEX IF NOT EXISTS nominations_decision ON nominations (decision_id);

--bun:split
CREATE INDEX IF NOT EXISTS nominations_person ON nominations (person_id);

--bun:split
CREATE INDEX IF NOT EXISTS nominations_organization ON nominations (organization_id);

--bun:split
CREATE TABLE IF NOT EXISTS nomination_moves (
  id TEXT PRIMARY KEY,
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  act TEXT NOT NULL,
  from_status TEXT,
  to_status TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  account_id TEXT REFERENCES accounts (id),
  acting_for_id TEXT REFERENCES accounts (id),
  on_behalf BOOLEAN NOT NULL,
  reason TEXT,
  version INTEGER NOT NULL,
  UNIQUE (nomination_id, version)
);

--bun:split
CREATE TABLE IF NOT EXISTS holds (
  id TEXT PRIMARY KEY,
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  reason TEXT NOT NULL,
  document TEXT NOT NULL,
  opened_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  closing_document TEXT
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS holds_open ON holds (nomination_id) WHERE closed_at IS NULL;

--bun:split
CREATE TABLE IF NOT EXISTS comments (
  id TEXT PRIMARY KEY,
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  body TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL
);

--bun:split
CREATE INDEX IF NOT EXISTS comments_nomination ON comments (nomination_id, id);

--bun:split
CREATE TABLE IF NOT EXISTS evidence_files (
  id TEXT PRIMARY KEY,
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  attached_by TEXT REFERENCES accounts (id),
  attached_at TIMESTAMPTZ NOT NULL,
  removed_at TIMESTAMPTZ
);

--bun:split
CREATE INDEX IF NOT EXISTS evidence_files_nomination ON evidence_files (nomination_id, id);

--bun:split
CREATE TABLE IF NOT EXISTS rule_confirmations (
  id TEXT PRIMARY KEY,
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  rule_code TEXT NOT NULL,
  document TEXT NOT NULL,
  confirmed_by TEXT REFERENCES accounts (id),
  confirmed_at TIMESTAMPTZ NOT NULL,
  UNIQUE (nomination_id, rule_code)
);
