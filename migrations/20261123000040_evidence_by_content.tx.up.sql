-- Contents are looked up by their hash when records and folder are held against each other.
CREATE INDEX IF NOT EXISTS evidence_files_sha256 ON evidence_files (sha256);
