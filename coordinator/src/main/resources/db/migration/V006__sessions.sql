-- Who is signed in with an account, so that a restart signs nobody out. Of the random number in the cookie only the SHA-256 is
-- kept, and of what was shown for it only the SHA-256 of its mark. The seal is made with a key from the coordinator's home:
-- whoever can only write here signs nobody in.
CREATE TABLE person_session (
    number_hash     TEXT PRIMARY KEY,
    account         TEXT   NOT NULL,
    credential_hash TEXT   NOT NULL,
    opened_millis   BIGINT NOT NULL,
    used_millis     BIGINT NOT NULL,
    seal            BYTEA  NOT NULL
);
