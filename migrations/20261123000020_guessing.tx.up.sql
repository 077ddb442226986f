-- What slows guessing, the same on every server: failed sign-ins of one name, of one address, and of one name at an
-- address it is known to use. Keys are keyed hashes: whoever reads the table learns no name and no address.
CREATE TABLE IF NOT EXISTS sign_in_counters (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('NAME', 'ADDRESS', 'KNOWN')),
  failures INTEGER NOT NULL,
  counted_at TIMESTAMPTZ NOT NULL,
  blocked_until TIMESTAMPTZ
);

--bun:split
CREATE INDEX IF NOT EXISTS sign_in_counters_counted ON sign_in_counters (counted_at);

--bun:split
-- From where an act of signing in was done. It is personal and goes after some weeks; the entry itself stays.
CREATE TABLE IF NOT EXISTS audit_origins (
  entry_id TEXT PRIMARY KEY REFERENCES audit_entries (id),
  address TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL
);

--bun:split
CREATE INDEX IF NOT EXISTS audit_origins_at ON audit_origins (at);
