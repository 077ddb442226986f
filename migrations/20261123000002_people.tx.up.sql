-- People with dated positions, and the facts about them that bear on commendation.
CREATE TABLE IF NOT EXISTS people (
  id TEXT PRIMARY KEY,
  code TEXT {{.C}} NOT NULL UNIQUE,
  full_name TEXT NOT NULL,
  folded TEXT {{.C}} NOT NULL,
  sort_key {{.BLOB}} NOT NULL,
  gender TEXT CHECK (gender IN ('FEMALE', 'MALE')),
  born_on TEXT,
  hired_on TEXT,
  version INTEGER NOT NULL,
  CHECK (hired_on >= born_on)
);

--bun:split
CREATE INDEX IF NOT EXISTS people_name ON people (folded, id);

--bun:split
CREATE INDEX IF NOT EXISTS people_sort_key ON people (sort_key, id);

{{if .Trigrams}}
--bun:split
CREATE INDEX IF NOT EXISTS people_name_trigrams ON people USING gin (folded gin_trgm_ops);
{{end}}

--bun:split
CREATE TABLE IF NOT EXISTS positions (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  title TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  CHECK (valid_to >= valid_from),
  UNIQUE (person_id, valid_from)
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS positions_open ON positions (person_id) WHERE valid_to IS NULL;

--bun:split
CREATE INDEX IF NOT EXISTS positions_organization ON positions (organization_id, person_id);

--bun:split
CREATE TABLE IF NOT EXISTS personnel_facts (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL CHECK (kind IN ('DISCIPLINE', 'INVESTIGATION')),
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  note TEXT NOT NULL,
  document TEXT,
  version INTEGER NOT NULL,
  CHECK (valid_to >= valid_from),
  UNIQUE (person_id, kind, valid_from)
);
