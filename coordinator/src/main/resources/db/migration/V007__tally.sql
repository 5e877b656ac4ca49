-- How many sites a sum holds, so that what a job has cost is counted from an index and not from the rounds themselves.
ALTER TABLE round_summary ADD COLUMN included_count INTEGER NOT NULL DEFAULT 0;

-- A JSON list of names, which have no comma in them.
UPDATE round_summary SET included_count = LENGTH(included) - LENGTH(REPLACE(included, ',', '')) + 1
    WHERE included <> '[]';

CREATE INDEX round_tally ON round_summary (job_id, outcome, task, included_count, seconds);
