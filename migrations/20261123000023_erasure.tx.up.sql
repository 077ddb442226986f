-- A login that was erased: its row stays for the record of acts, without what is personal. Whose it was stays beside it,
-- so that the acts can be answered for and the person may have another login.
ALTER TABLE accounts ADD COLUMN erased_at TIMESTAMPTZ;

--bun:split
ALTER TABLE accounts ADD COLUMN erasure_reason TEXT;

--bun:split
ALTER TABLE accounts ADD COLUMN former_person_id TEXT REFERENCES people (id);
