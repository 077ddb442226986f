-- Who identity providers say the accounts are, and the codes with which a frontend fetches the session of a sign-in there.
CREATE TABLE IF NOT EXISTS identities (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  linked_at TIMESTAMPTZ NOT NULL,
  UNIQUE (issuer, subject),
  UNIQUE (account_id, issuer)
);

--bun:split
CREATE TABLE IF NOT EXISTS sign_in_codes (
  hash TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  challenge TEXT NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
