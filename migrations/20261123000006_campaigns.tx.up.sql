-- Campaigns with everything that is frozen when they open.
CREATE TABLE IF NOT EXISTS campaigns (
  id TEXT PRIMARY KEY,
  code TEXT {{.C}} NOT NULL UNIQUE,
  title TEXT NOT NULL,
  year INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('MERIT', 'SUDDEN', 'THEMATIC', 'CONTRIBUTION', 'SENIORITY', 'EXTERNAL')),
  issuer_id TEXT NOT NULL REFERENCES organizations (id),
  standing_unit_id TEXT NOT NULL REFERENCES organizations (id),
  phase TEXT NOT NULL CHECK (phase IN ('DRAFT', 'NOMINATING', 'REVIEWING', 'VOTING', 'DECIDING', 'PUBLISHED', 'CLOSED')),
  adjustment TEXT NOT NULL CHECK (adjustment IN ('NONE', 'LEAST_SQUARES')),
  tie_chain TEXT NOT NULL,
  lot_seed TEXT,
  minimum_service_months INTEGER NOT NULL CHECK (minimum_service_months >= 0),
  bonus_rounding TEXT NOT NULL CHECK (bonus_rounding IN ('UP_10000', 'NEAREST_10000', 'NONE')),
  frozen_digest TEXT,
  scoring_closed_at TIMESTAMPTZ,
  missing_reason TEXT,
  version INTEGER NOT NULL,
  CHECK ((phase = 'DRAFT') = (frozen_digest IS NULL))
);

--bun:split
CREATE INDEX IF NOT EXISTS campaigns_year ON campaigns (year DESC, code DESC);

--bun:split
CREATE TABLE IF NOT EXISTS grounds (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  UNIQUE (campaign_id, code)
);

--bun:split
CREATE TABLE IF NOT EXISTS quotas (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  position INTEGER NOT NULL,
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  award_type_id TEXT NOT NULL REFERENCES award_types (id),
  places INTEGER NOT NULL CHECK (places >= 0),
  shortlist INTEGER NOT NULL CHECK (shortlist >= places),
  quorum_numerator INTEGER NOT NULL,
  quorum_denominator INTEGER NOT NULL,
  threshold_numerator INTEGER NOT NULL,
  threshold_denominator INTEGER NOT NULL,
  vote_base TEXT NOT NULL CHECK (vote_base IN ('ALL_MEMBERS', 'NOT_RECUSED', 'PARTICIPANTS', 'VALID_VOTES')),
  CHECK (quorum_numerator BETWEEN 1 AND quorum_denominator),
  CHECK (threshold_numerator BETWEEN 1 AND threshold_denominator),
  UNIQUE (campaign_id, recipient_kind, award_type_id)
);

--bun:split
CREATE TABLE IF NOT EXISTS criteria (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  position INTEGER NOT NULL,
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  max_points BIGINT NOT NULL CHECK (max_points > 0),
  step BIGINT NOT NULL CHECK (step > 0),
  source TEXT NOT NULL CHECK (source IN ('REVIEWER', 'REFORM_RESULTS')),
  UNIQUE (campaign_id, recipient_kind, code)
);

--bun:split
CREATE TABLE IF NOT EXISTS phase_windows (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  phase TEXT NOT NULL CHECK (phase IN ('NOMINATING', 'REVIEWING', 'VOTING', 'DECIDING', 'PUBLISHED')),
  opens_on TEXT NOT NULL,
  closes_on TEXT,
  CHECK (closes_on >= opens_on),
  UNIQUE (campaign_id, phase)
);

--bun:split
CREATE TABLE IF NOT EXISTS phase_extensions (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  phase TEXT NOT NULL,
  organization_id TEXT REFERENCES organizations (id),
  closes_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  granted_by TEXT REFERENCES accounts (id),
  granted_at TIMESTAMPTZ NOT NULL
);

--bun:split
CREATE INDEX IF NOT EXISTS phase_extensions_campaign ON phase_extensions (campaign_id);

--bun:split
CREATE TABLE IF NOT EXISTS council_members (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  position INTEGER NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('CHAIR', 'VICE_CHAIR', 'MEMBER', 'SECRETARY')),
  UNIQUE (campaign_id, person_id)
);

--bun:split
CREATE INDEX IF NOT EXISTS council_members_person ON council_members (person_id);
