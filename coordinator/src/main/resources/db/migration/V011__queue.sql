-- How urgent a job is among those that wait for a place. One that waits has the state QUEUED.
ALTER TABLE job ADD COLUMN priority TEXT NOT NULL DEFAULT 'NORMAL';

-- Who waits and who has a place is asked again and again; of all that ever ran these are few.
CREATE INDEX job_not_ended ON job (submitted_millis) WHERE ended_millis IS NULL;

-- One row. Whoever gives a place away changes it first, so that processes over one database decide one after the other.
CREATE TABLE queue_turn (
    turns BIGINT NOT NULL
);

INSERT INTO queue_turn (turns) VALUES (0);
