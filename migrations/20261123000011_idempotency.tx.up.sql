-- Requests that were done under a key of the client's, with what was answered, so that repeating one does nothing twice.
-- No reference to accounts: it would lock the account for as long as the act takes.
CREATE TABLE IF NOT EXISTS idempotency_keys (
  account_id TEXT NOT NULL,
  key TEXT NOT NULL,
  operation TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (account_id, key)
);

--bun:split
CREATE INDEX IF NOT EXISTS idempotency_keys_created ON idempotency_keys (created_at);
