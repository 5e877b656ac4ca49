-- Who submitted a job. Before there were accounts it was whoever had the access token.
ALTER TABLE job ADD COLUMN owner TEXT NOT NULL DEFAULT 'administrator';

-- When a site's certificate ends; not known of those that were issued before.
ALTER TABLE enrolment ADD COLUMN ends_millis BIGINT;
