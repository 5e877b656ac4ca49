-- Empty but for the moment in which readiness is asked: can this database still be written?
CREATE TABLE write_probe (
    filler TEXT NOT NULL
);
