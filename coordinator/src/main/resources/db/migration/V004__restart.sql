-- What a coordinator that restarts needs to take a running job up. No secret is in it.

-- The roster a job runs over; not kept before, so jobs of those versions end with a restart.
ALTER TABLE job ADD COLUMN roster BYTEA;

-- The newest process of a site that a job has met.
CREATE TABLE site_met (
    job_id  VARCHAR(36) NOT NULL,
    site    TEXT   NOT NULL,
    boot_id BYTEA  NOT NULL,
    life    BIGINT NOT NULL,
    PRIMARY KEY (job_id, site)
);

-- Numbers of key set-ups, whatever became of them.
CREATE TABLE epoch_begun (
    job_id VARCHAR(36) NOT NULL,
    epoch  BIGINT NOT NULL,
    PRIMARY KEY (job_id, epoch)
);

-- Certified keys. Rows of an epoch that no round can use any more are deleted.
CREATE TABLE epoch_made (
    job_id      VARCHAR(36) NOT NULL,
    epoch       BIGINT  NOT NULL,
    first_round BIGINT  NOT NULL,
    rounds      INTEGER NOT NULL,
    epoch_id    TEXT    NOT NULL,
    t1          TEXT    NOT NULL,
    graph_seed  TEXT    NOT NULL,
    roster_size INTEGER NOT NULL,
    members     BYTEA   NOT NULL,
    accepted    BYTEA   NOT NULL,
    removed     TEXT    NOT NULL,
    certificate BYTEA   NOT NULL,
    PRIMARY KEY (job_id, epoch)
);

CREATE TABLE epoch_deal (
    job_id     VARCHAR(36) NOT NULL,
    epoch      BIGINT  NOT NULL,
    site_index INTEGER NOT NULL,
    body       BYTEA   NOT NULL,
    PRIMARY KEY (job_id, epoch, site_index)
);

CREATE TABLE epoch_holder (
    job_id VARCHAR(36) NOT NULL,
    epoch  BIGINT NOT NULL,
    site   TEXT   NOT NULL,
    life   BIGINT NOT NULL,
    PRIMARY KEY (job_id, epoch, site)
);

-- The signed Result of a round; made_model is 1 if later rounds show it.
CREATE TABLE round_result (
    job_id     VARCHAR(36) NOT NULL,
    round      BIGINT  NOT NULL,
    made_model INTEGER NOT NULL,
    body       BYTEA   NOT NULL,
    signature  BYTEA   NOT NULL,
    PRIMARY KEY (job_id, round)
);

-- Over whom sites were asked to open a sum, as a JSON list; also in rounds that failed.
CREATE TABLE round_sum (
    job_id VARCHAR(36) NOT NULL,
    round  BIGINT NOT NULL,
    sites  TEXT   NOT NULL,
    PRIMARY KEY (job_id, round)
);

-- The promises to answer nothing more in a failed round.
CREATE TABLE round_abort (
    job_id     VARCHAR(36) NOT NULL,
    round      BIGINT  NOT NULL,
    site_index INTEGER NOT NULL,
    body       BYTEA   NOT NULL,
    signature  BYTEA   NOT NULL,
    PRIMARY KEY (job_id, round, site_index)
);

CREATE TABLE evaluation (
    job_id VARCHAR(36) NOT NULL,
    round  BIGINT NOT NULL,
    sums   TEXT   NOT NULL,
    PRIMARY KEY (job_id, round)
);
