-- Units: identity, dated versions, dated succession. Dates are ISO texts, which sort as they run.
CREATE TABLE IF NOT EXISTS organizations (
  id TEXT PRIMARY KEY,
  code TEXT {{.C}} NOT NULL UNIQUE,
  version INTEGER NOT NULL
);

--bun:split
CREATE TABLE IF NOT EXISTS organization_versions (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  folded TEXT {{.C}} NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('PROVINCE', 'DISTRICT', 'WARD', 'DEPARTMENT', 'SERVICE_CENTRE', 'MASS_ORGANIZATION', 'TEAM')),
  parent_id TEXT REFERENCES organizations (id) CHECK (parent_id <> organization_id),
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  CHECK (valid_to >= valid_from),
  UNIQUE (organization_id, valid_from)
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS organization_versions_open ON organization_versions (organization_id) WHERE valid_to IS NULL;

--bun:split
CREATE INDEX IF NOT EXISTS organization_versions_parent ON organization_versions (parent_id, valid_from);

--bun:split
CREATE INDEX IF NOT EXISTS organization_versions_name ON organization_versions (folded, organization_id);

--bun:split
CREATE TABLE IF NOT EXISTS successions (
  id TEXT PRIMARY KEY,
  predecessor_id TEXT NOT NULL REFERENCES organizations (id),
  successor_id TEXT NOT NULL REFERENCES organizations (id),
  effective_on TEXT NOT NULL,
  CHECK (predecessor_id <> successor_id),
  UNIQUE (predecessor_id, successor_id, effective_on)
);

--bun:split
CREATE INDEX IF NOT EXISTS successions_successor ON successions (successor_id);
