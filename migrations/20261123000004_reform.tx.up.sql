-- Measured reform results. Decimals are integers in millionths.
CREATE TABLE IF NOT EXISTS reform_indicators (
  id TEXT PRIMARY KEY,
  code TEXT {{.C}} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  max_points BIGINT NOT NULL CHECK (max_points >= 0),
  kind TEXT NOT NULL CHECK (kind IN ('COUNT', 'SCORE'))
);

--bun:split
CREATE TABLE IF NOT EXISTS reform_results (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  year INTEGER NOT NULL,
  indicator_id TEXT NOT NULL REFERENCES reform_indicators (id),
  value BIGINT NOT NULL CHECK (value >= 0),
  status TEXT NOT NULL CHECK (status IN ('PROVISIONAL', 'VERIFIED')),
  source TEXT NOT NULL,
  revision INTEGER NOT NULL,
  current BOOLEAN NOT NULL,
  recorded_by TEXT REFERENCES accounts (id),
  recorded_at TIMESTAMPTZ NOT NULL,
  verified_by TEXT REFERENCES accounts (id),
  verified_at TIMESTAMPTZ,
  UNIQUE (organization_id, year, indicator_id, revision)
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS reform_results_current ON reform_results (organization_id, year, indicator_id) WHERE current;
