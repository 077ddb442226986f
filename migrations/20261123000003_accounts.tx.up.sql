-- Logins, sessions, roles, delegations, and the record of every act.
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY,
  username TEXT {{.C}} NOT NULL UNIQUE,
  person_id TEXT UNIQUE REFERENCES people (id),
  password_hash TEXT NOT NULL,
  disabled BOOLEAN NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  version INTEGER NOT NULL
);

--bun:split
CREATE TABLE IF NOT EXISTS account_sessions (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  started_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ
);

--bun:split
CREATE INDEX IF NOT EXISTS account_sessions_account ON account_sessions (account_id);

--bun:split
CREATE TABLE IF NOT EXISTS refresh_tokens (
  hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES account_sessions (id),
  used_at TIMESTAMPTZ
);

--bun:split
CREATE TABLE IF NOT EXISTS role_grants (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL CHECK (role IN ('DEPARTMENT_HEAD', 'SECRETARY', 'APPROVER', 'AUDITOR', 'ADMIN')),
  organization_id TEXT REFERENCES organizations (id),
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  end_reason TEXT,
  CHECK ((role = 'ADMIN') = (organization_id IS NULL))
);

--bun:split
CREATE INDEX IF NOT EXISTS role_grants_account ON role_grants (account_id);

--bun:split
CREATE TABLE IF NOT EXISTS delegations (
  id TEXT PRIMARY KEY,
  from_account_id TEXT NOT NULL REFERENCES accounts (id),
  to_account_id TEXT NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL CHECK (role IN ('DEPARTMENT_HEAD', 'SECRETARY', 'APPROVER')),
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  reason TEXT NOT NULL,
  ended_at TIMESTAMPTZ,
  CHECK (from_account_id <> to_account_id),
  CHECK (valid_to >= valid_from)
);

--bun:split
CREATE INDEX IF NOT EXISTS delegations_to ON delegations (to_account_id);

--bun:split
CREATE TABLE IF NOT EXISTS audit_entries (
  id TEXT PRIMARY KEY,
  at TIMESTAMPTZ NOT NULL,
  account_id TEXT REFERENCES accounts (id),
  acting_for_id TEXT REFERENCES accounts (id),
  action TEXT NOT NULL,
  realm TEXT NOT NULL CHECK (realm IN ('ACCOUNT', 'REGISTRY', 'CAMPAIGN', 'NOMINATION', 'COMMENT', 'ASSIGNMENT', 'SCORE', 'BALLOT', 'DECISION')),
  object_type TEXT NOT NULL,
  object_id TEXT NOT NULL,
  organization_id TEXT,
  campaign_id TEXT,
  nomination_id TEXT,
  before_state TEXT,
  after_state TEXT
);

--bun:split
CREATE INDEX IF NOT EXISTS audit_entries_object ON audit_entries (object_id, id);

--bun:split
CREATE INDEX IF NOT EXISTS audit_entries_campaign ON audit_entries (campaign_id, id);

--bun:split
CREATE INDEX IF NOT EXISTS audit_entries_account ON audit_entries (account_id, id);
