-- A life of what adds inputs up at one member. A fenced one counts no more, ever.
CREATE TABLE boot (
    id           VARCHAR(36) NOT NULL PRIMARY KEY,
    member       TEXT    NOT NULL,
    until_millis BIGINT  NOT NULL,
    fenced       INTEGER NOT NULL
);

-- Whose an input is, where members add them up: claimed or folded by a boot. Without one it is the leader's.
ALTER TABLE upload ADD COLUMN boot VARCHAR(36);
ALTER TABLE upload ADD COLUMN state TEXT NOT NULL DEFAULT 'FOLDED';
ALTER TABLE round_opened ADD COLUMN summing TEXT NOT NULL DEFAULT 'AT_LEADER';

-- Of which sums U3 is made, where members add inputs up; the inputs themselves are in upload.
CREATE TABLE divided_sum (
    job_id VARCHAR(36) NOT NULL,
    round  BIGINT NOT NULL,
    hash   TEXT   NOT NULL,
    PRIMARY KEY (job_id, round)
);

CREATE TABLE partial_sum (
    job_id VARCHAR(36) NOT NULL,
    round  BIGINT NOT NULL,
    boot   VARCHAR(36) NOT NULL,
    member TEXT   NOT NULL,
    hash   TEXT   NOT NULL,
    sites  TEXT   NOT NULL,
    PRIMARY KEY (job_id, round, boot)
);
