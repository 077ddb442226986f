-- The law as data: what can be awarded, by whom, for how much, under which rules, and when each held.
CREATE TABLE IF NOT EXISTS award_types (
  id TEXT PRIMARY KEY,
  code TEXT {{.C}} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  english_name TEXT NOT NULL,
  category TEXT NOT NULL CHECK (category IN ('EMULATION_TITLE', 'COMMENDATION_FORM')),
  level TEXT NOT NULL CHECK (level IN ('STATE', 'PROVINCE', 'GRASSROOTS')),
  collective BOOLEAN NOT NULL,
  individual BOOLEAN NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  quorum_numerator INTEGER NOT NULL,
  quorum_denominator INTEGER NOT NULL,
  threshold_numerator INTEGER NOT NULL,
  threshold_denominator INTEGER NOT NULL,
  vote_base TEXT NOT NULL CHECK (vote_base IN ('ALL_MEMBERS', 'NOT_RECUSED', 'PARTICIPANTS', 'VALID_VOTES')),
  citation TEXT NOT NULL,
  confidence TEXT NOT NULL CHECK (confidence IN ('VERIFIED', 'REPEALED_SOURCE', 'SECONDARY_SOURCE', 'RECALLED'))
);

--bun:split
CREATE TABLE IF NOT EXISTS authorities (
  id TEXT PRIMARY KEY,
  organization_kind TEXT NOT NULL,
  award_type_id TEXT NOT NULL REFERENCES award_types (id),
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  citation TEXT NOT NULL,
  confidence TEXT NOT NULL,
  UNIQUE (organization_kind, award_type_id, valid_from)
);

--bun:split
CREATE TABLE IF NOT EXISTS bonus_coefficients (
  id TEXT PRIMARY KEY,
  award_type_id TEXT NOT NULL REFERENCES award_types (id),
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  coefficient BIGINT NOT NULL CHECK (coefficient >= 0),
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  citation TEXT NOT NULL,
  confidence TEXT NOT NULL,
  UNIQUE (award_type_id, recipient_kind, valid_from)
);

--bun:split
CREATE TABLE IF NOT EXISTS base_salaries (
  id TEXT PRIMARY KEY,
  amount BIGINT NOT NULL CHECK (amount > 0),
  valid_from TEXT NOT NULL UNIQUE,
  valid_to TEXT,
  citation TEXT NOT NULL,
  confidence TEXT NOT NULL
);

--bun:split
CREATE TABLE IF NOT EXISTS legal_bases (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT
);

--bun:split
CREATE TABLE IF NOT EXISTS eligibility_rules (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  position INTEGER NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('BLOCK', 'DEFER', 'WARN')),
  parameters TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  citation TEXT NOT NULL,
  confidence TEXT NOT NULL CHECK (confidence IN ('VERIFIED', 'REPEALED_SOURCE', 'SECONDARY_SOURCE', 'RECALLED')),
  UNIQUE (code, valid_from)
);
