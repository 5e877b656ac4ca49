-- One SQL for SQLite and PostgreSQL: BYTEA keeps bytes on both, times are milliseconds since 1970.

CREATE TABLE job (
    id               VARCHAR(36) PRIMARY KEY,
    name             TEXT    NOT NULL,
    study            TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    plan_hash        TEXT    NOT NULL,
    plan             BYTEA   NOT NULL,
    reason           TEXT,
    rounds_done      INTEGER NOT NULL,
    rounds_planned   INTEGER NOT NULL,
    epoch            BIGINT  NOT NULL,
    threshold        INTEGER NOT NULL,
    roster_size      INTEGER NOT NULL,
    submitted_millis BIGINT  NOT NULL,
    ended_millis     BIGINT,
    metrics          TEXT    NOT NULL,
    site_verdicts    TEXT    NOT NULL
);

-- Who leads a job; every append checks the fence in its own transaction.
CREATE TABLE job_lease (
    job_id       VARCHAR(36) PRIMARY KEY,
    holder       TEXT   NOT NULL,
    fence        BIGINT NOT NULL,
    until_millis BIGINT NOT NULL,
    appends      BIGINT NOT NULL
);

CREATE TABLE round_opened (
    job_id         VARCHAR(36) NOT NULL,
    round          BIGINT NOT NULL,
    epoch          BIGINT NOT NULL,
    task           TEXT   NOT NULL,
    opened_millis  BIGINT NOT NULL,
    open_body      BYTEA  NOT NULL,
    open_signature BYTEA  NOT NULL,
    PRIMARY KEY (job_id, round)
);

CREATE TABLE round_event (
    job_id   VARCHAR(36) NOT NULL,
    round    BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    body     BYTEA  NOT NULL,
    PRIMARY KEY (job_id, round, sequence)
);

-- One input per site and round, whatever happens.
CREATE TABLE upload (
    job_id      VARCHAR(36) NOT NULL,
    round       BIGINT NOT NULL,
    site        TEXT   NOT NULL,
    vector_hash TEXT   NOT NULL,
    signature   BYTEA  NOT NULL,
    PRIMARY KEY (job_id, round, site)
);

CREATE TABLE round_summary (
    job_id   VARCHAR(36) NOT NULL,
    round    BIGINT NOT NULL,
    epoch    BIGINT NOT NULL,
    task     TEXT   NOT NULL,
    cohort   TEXT   NOT NULL,
    included TEXT   NOT NULL,
    dropped  TEXT   NOT NULL,
    outcome  TEXT   NOT NULL,
    seconds  DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (job_id, round)
);

CREATE TABLE model_state (
    job_id VARCHAR(36) NOT NULL,
    slot   TEXT  NOT NULL,
    hash   TEXT  NOT NULL,
    body   BYTEA NOT NULL,
    PRIMARY KEY (job_id, slot)
);

CREATE INDEX model_state_hash ON model_state (hash);

CREATE TABLE job_event (
    job_id   VARCHAR(36) NOT NULL,
    sequence BIGINT NOT NULL,
    at_millis BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    data     TEXT   NOT NULL,
    PRIMARY KEY (job_id, sequence)
);

CREATE TABLE model (
    job_id         VARCHAR(36) PRIMARY KEY,
    model_hash     TEXT   NOT NULL,
    created_millis BIGINT NOT NULL
);

CREATE TABLE artifact (
    job_id VARCHAR(36) NOT NULL,
    name   TEXT  NOT NULL,
    body   BYTEA NOT NULL,
    PRIMARY KEY (job_id, name)
);

CREATE TABLE study (
    name        TEXT PRIMARY KEY,
    purpose     TEXT NOT NULL,
    accountable TEXT NOT NULL
);

-- Secrets of enrolment tokens are kept as SHA-256 only.
CREATE TABLE enrolment_token (
    secret_hash    TEXT   PRIMARY KEY,
    site           TEXT   NOT NULL,
    expires_millis BIGINT NOT NULL,
    used_millis    BIGINT
);

CREATE TABLE enrolment (
    site             TEXT   PRIMARY KEY,
    certificate_hash TEXT   NOT NULL,
    identity_key     TEXT   NOT NULL,
    since_millis     BIGINT NOT NULL
);
