-- Decisions and the awards they grant. An award states what held on its day and never changes but for revocation.
CREATE TABLE IF NOT EXISTS decisions (
  id TEXT PRIMARY KEY,
  number TEXT,
  year INTEGER NOT NULL,
  decided_on TEXT NOT NULL,
  issuer_id TEXT NOT NULL REFERENCES organizations (id),
  campaign_id TEXT REFERENCES campaigns (id),
  status TEXT NOT NULL CHECK (status IN ('DRAFT', 'ISSUED', 'PUBLISHED')),
  signer_id TEXT REFERENCES people (id),
  signer_name TEXT,
  signer_position TEXT,
  signing_mode TEXT CHECK (signing_mode IN ('KY', 'KT', 'TL', 'TUQ', 'Q')),
  bonus_rounding TEXT,
  base_salary BIGINT,
  collectives INTEGER NOT NULL,
  individuals INTEGER NOT NULL,
  bonus_total BIGINT NOT NULL,
  issued_at TIMESTAMPTZ,
  published_at TIMESTAMPTZ,
  version INTEGER NOT NULL,
  CHECK (status = 'DRAFT' OR number IS NOT NULL)
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS decisions_number ON decisions (issuer_id, year, ltrim(number, '0')) WHERE status <> 'DRAFT';

--bun:split
CREATE INDEX IF NOT EXISTS decisions_date ON decisions (decided_on DESC, id DESC);

--bun:split
CREATE INDEX IF NOT EXISTS decisions_campaign ON decisions (campaign_id);

--bun:split
CREATE TABLE IF NOT EXISTS decision_bases (
  decision_id TEXT NOT NULL REFERENCES decisions (id),
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (decision_id, position)
);

--bun:split
CREATE TABLE IF NOT EXISTS awards (
  id TEXT PRIMARY KEY,
  decision_id TEXT NOT NULL REFERENCES decisions (id),
  nomination_id TEXT UNIQUE REFERENCES nominations (id),
  campaign_id TEXT REFERENCES campaigns (id),
  award_type_id TEXT NOT NULL REFERENCES award_types (id),
  category TEXT NOT NULL,
  level TEXT NOT NULL,
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  person_id TEXT REFERENCES people (id),
  organization_id TEXT REFERENCES organizations (id),
  unit_id TEXT NOT NULL REFERENCES organizations (id),
  recipient_name TEXT NOT NULL,
  recipient_folded TEXT {{.C}} NOT NULL,
  recipient_sort {{.BLOB}} NOT NULL,
  list_position INTEGER NOT NULL,
  position TEXT,
  unit_name TEXT NOT NULL,
  gender TEXT,
  year INTEGER NOT NULL,
  granted_on TEXT NOT NULL,
  achievement_code TEXT,
  achievement TEXT,
  register_book TEXT,
  register_line INTEGER,
  verification_code TEXT UNIQUE,
  coefficient BIGINT,
  bonus BIGINT,
  published BOOLEAN NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('ACTIVE', 'REVOKED')),
  version INTEGER NOT NULL,
  CHECK ((recipient_kind = 'INDIVIDUAL') = (person_id IS NOT NULL)),
  CHECK ((recipient_kind = 'COLLECTIVE') = (organization_id IS NOT NULL)),
  UNIQUE (register_book, register_line)
);

--bun:split
CREATE INDEX IF NOT EXISTS awards_date ON awards (granted_on DESC, id DESC);

--bun:split
CREATE INDEX IF NOT EXISTS awards_person ON awards (person_id, granted_on DESC, id DESC);

--bun:split
CREATE INDEX IF NOT EXISTS awards_organization ON awards (organization_id, granted_on DESC, id DESC);

--bun:split
CREATE INDEX IF NOT EXISTS awards_unit ON awards (unit_id, granted_on DESC, id DESC);

--bun:split
CREATE INDEX IF NOT EXISTS awards_statistics ON awards (unit_id, year, level);

--bun:split
CREATE INDEX IF NOT EXISTS awards_decision ON awards (decision_id, list_position);

--bun:split
CREATE INDEX IF NOT EXISTS awards_campaign ON awards (campaign_id, granted_on DESC, id DESC);

--bun:split
CREATE INDEX IF NOT EXISTS awards_name ON awards (recipient_folded, id);

--bun:split
CREATE INDEX IF NOT EXISTS awards_name_sort ON awards (recipient_sort, id);

{{if .Trigrams}}
--bun:split
CREATE INDEX IF NOT EXISTS awards_name_trigrams ON awards USING gin (recipient_folded gin_trgm_ops);
{{end}}

--bun:split
CREATE TABLE IF NOT EXISTS revocations (
  award_id TEXT PRIMARY KEY REFERENCES awards (id),
  ground TEXT NOT NULL CHECK (ground IN ('FALSE_DECLARATION', 'FORGED_PAPERS', 'UNLAWFUL_DECISION', 'STANDARD_NOT_MET')),
  decision_number TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  document TEXT NOT NULL,
  revoked_by TEXT REFERENCES accounts (id),
  revoked_at TIMESTAMPTZ NOT NULL
);
