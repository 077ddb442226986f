-- Secret ballots. A cast says that a member voted; a vote has no member, no time and no order.
CREATE TABLE IF NOT EXISTS ballot_rounds (
  id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL REFERENCES campaigns (id),
  recipient_kind TEXT NOT NULL CHECK (recipient_kind IN ('COLLECTIVE', 'INDIVIDUAL')),
  opened_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  members INTEGER NOT NULL,
  present INTEGER NOT NULL,
  missing_reason TEXT,
  version INTEGER NOT NULL
);

--bun:split
CREATE UNIQUE INDEX IF NOT EXISTS ballot_rounds_open ON ballot_rounds (campaign_id, recipient_kind) WHERE closed_at IS NULL;

--bun:split
CREATE TABLE IF NOT EXISTS ballot_participants (
  ballot_round_id TEXT NOT NULL REFERENCES ballot_rounds (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  attendance TEXT NOT NULL CHECK (attendance IN ('PRESENT', 'ABSENT')),
  PRIMARY KEY (ballot_round_id, person_id)
);

--bun:split
CREATE TABLE IF NOT EXISTS ballot_casts (
  ballot_round_id TEXT NOT NULL REFERENCES ballot_rounds (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (ballot_round_id, person_id)
);

--bun:split
CREATE TABLE IF NOT EXISTS ballot_votes (
  key TEXT PRIMARY KEY,
  ballot_round_id TEXT NOT NULL REFERENCES ballot_rounds (id),
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  choice TEXT NOT NULL CHECK (choice IN ('FOR', 'AGAINST', 'ABSTAIN'))
){{.WithoutRowID}};

--bun:split
CREATE TABLE IF NOT EXISTS ballot_items (
  ballot_round_id TEXT NOT NULL REFERENCES ballot_rounds (id),
  nomination_id TEXT NOT NULL REFERENCES nominations (id),
  position INTEGER NOT NULL,
  quorum_numerator INTEGER NOT NULL,
  quorum_denominator INTEGER NOT NULL,
  threshold_numerator INTEGER NOT NULL,
  threshold_denominator INTEGER NOT NULL,
  vote_base TEXT NOT NULL CHECK (vote_base IN ('ALL_MEMBERS', 'NOT_RECUSED', 'PARTICIPANTS', 'VALID_VOTES')),
  recused INTEGER,
  present INTEGER,
  written INTEGER,
  votes_for INTEGER,
  votes_against INTEGER,
  abstained INTEGER,
  base INTEGER,
  needed INTEGER,
  carried BOOLEAN,
  PRIMARY KEY (ballot_round_id, nomination_id)
);

--bun:split
CREATE INDEX IF NOT EXISTS ballot_items_nomination ON ballot_items (nomination_id);
