-- What tells the sessions of an account apart, and the one-time tokens with which a forgotten password is replaced.
ALTER TABLE account_sessions ADD COLUMN last_used_at TIMESTAMPTZ;

--bun:split
ALTER TABLE account_sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

--bun:split
ALTER TABLE account_sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';

--bun:split
UPDATE account_sessions SET last_used_at = started_at;

--bun:split
CREATE INDEX IF NOT EXISTS account_sessions_expires ON account_sessions (expires_at);

--bun:split
CREATE INDEX IF NOT EXISTS refresh_tokens_session ON refresh_tokens (session_id);

--bun:split
CREATE TABLE IF NOT EXISTS password_resets (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  hash TEXT NOT NULL UNIQUE,
  expires_at TIMESTAMPTZ NOT NULL
);
