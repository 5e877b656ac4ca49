-- With what one leaf of the sum of a round can be recomputed; only of jobs whose plan asks for it, and as long as the round.
CREATE TABLE round_audit (
    job_id VARCHAR(36) NOT NULL,
    round  BIGINT NOT NULL,
    body   BYTEA  NOT NULL,
    PRIMARY KEY (job_id, round)
);
