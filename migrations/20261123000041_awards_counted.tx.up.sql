-- Counts and statistics of awards are answered from an index that holds everything they are grouped and filtered by.
DROP INDEX IF EXISTS awards_statistics;

--bun:split
CREATE INDEX IF NOT EXISTS awards_counted ON awards (unit_id, year, status, published, level, category, award_type_id, recipient_kind, gender, bonus);

--bun:split
CREATE INDEX IF NOT EXISTS awards_year ON awards (year, granted_on DESC, id DESC);
