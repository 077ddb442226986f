-- Who scores what, the sheets, and the ranking that follows. Scores are integers in millionths.
CREATE TABLE IF NOT EXISTS review_assignments (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  reviewer_id TEXT NOT NULL REFERENCES people (id),
  method TEXT NOT NULL CHECK (method IN ('MANUAL', 'AUTOMATIC')),
  assigned_by TEXT REFERENCES accounts (id),
  assigned_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,
  ended_reason TEXT
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS review_assignments_live ON review_assignments (nomination_id, reviewer_id) WHERE ended_at IS NULL;

--bun:split
CREATE INDEX IF NOT EXISTS review_assignments_reviewer ON review_assignments (campaign_id, reviewer_id);

--bun:split
CREATE TABLE IF NOT EXISTS conflicts (
  id TEXT PRIMARY KEY,
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  reason TEXT NOT NULL,
  declared_at TIMESTAMPTZ NOT NULL,
  UNIQUE (nomination_id, person_id)
);

--bun:split
CREATE TABLE IF NOT EXISTS score_sheets (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  reviewer_id TEXT NOT NULL REFERENCES people (id),
  status TEXT NOT NULL CHECK (status IN ('DRAFT', 'SUBMITTED')),
  revision INTEGER NOT NULL,
  current BOOLEAN NOT NULL,
  reopen_reason TEXT,
  comment TEXT,
  submitted_at TIMESTAMPTZ,
  version INTEGER NOT NULL,
  UNIQUE (nomination_id, reviewer_id, revision)
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS score_sheets_current ON score_sheets (nomination_id, reviewer_id) WHERE current;

--bun:split
CREATE INDEX IF NOT EXISTS score_sheets_campaign ON score_sheets (campaign_id);

--bun:split
CREATE TABLE IF NOT EXISTS criterion_points (
  score_sheet_id TEXT NOT NULL REFERENCES score_sheets (id),
  criterion_id TEXT NOT NULL REFERENCES criteria (id),
  points BIGINT NOT NULL CHECK (points >= 0),
  PRIMARY KEY (score_sheet_id, criterion_id)
);

--bun:split
CREATE TABLE IF NOT EXISTS rankings (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  adjustment TEXT NOT NULL,
  sheets INTEGER NOT NULL,
  degrees_of_freedom INTEGER NOT NULL,
  residual_variance BIGINT,
  UNIQUE (campaign_id, recipient_kind)
);

--bun:split
CREATE TABLE IF NOT EXISTS ranking_entries (
  nomination_id TEXT PRIMARY KEY REFERENCES nominations (id),
  ranking_id TEXT NOT NULL REFERENCES rankings (id),
  position INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  tied BOOLEAN NOT NULL,
  raw_score BIGINT NOT NULL,
  adjusted_score BIGINT NOT NULL,
  standard_error BIGINT,
  reform_points BIGINT NOT NULL,
  sheets INTEGER NOT NULL,
  UNIQUE (ranking_id, position)
);

--bun:split
CREATE TABLE IF NOT EXISTS reviewer_effects (
  ranking_id TEXT NOT NULL REFERENCES rankings (id),
  reviewer_id TEXT NOT NULL REFERENCES people (id),
  effect BIGINT NOT NULL,
  sheets INTEGER NOT NULL,
  PRIMARY KEY (ranking_id, reviewer_id)
);
