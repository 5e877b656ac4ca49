-- Who asked for the pause that a job is in or goes into; a restart does not lift it.
ALTER TABLE job ADD COLUMN paused_by TEXT;

-- The job whose plan this one runs again under another seed.
ALTER TABLE job ADD COLUMN retry_of VARCHAR(36);
