package io.confide.participant.vault;

import java.nio.file.Path;

/** The places in a site's home directory. */
public record Home(Path directory) {
    /** What the operator writes. */
    public Path configuration() {
        return directory.resolve("participant.yaml");
    }

    /** What the data steward writes; without it every job is refused. */
    public Path policy() {
        return directory.resolve("policy.yaml");
    }

    /** Keys and certificates; mode 0700. */
    public Path identity() {
        return directory.resolve("identity");
    }

    /** The pinned roster of the consortium. */
    public Path roster() {
        return directory.resolve("roster.json");
    }

    /** SHA-256 of the pinned roster. */
    public Path rosterPin() {
        return directory.resolve("roster.pin");
    }

    /** One file per approved plan. */
    public Path grants() {
        return directory.resolve("grants");
    }

    /** Written by the process alone. */
    public Path state() {
        return directory.resolve("state");
    }

    /** Append-only records of rounds. */
    public Path records() {
        return state().resolve("records");
    }

    /** One file per job: the masked input of the round that is in progress. */
    public Path inputs() {
        return state().resolve("inputs");
    }

    /** The plans that the coordinator offered, by hash, so that the steward can read what is approved. */
    public Path offers() {
        return state().resolve("offers");
    }

    /** One file per job: what can be checked later of each of its rounds. */
    public Path receipts() {
        return state().resolve("receipts");
    }

    /** The chain of verdicts. */
    public Path events() {
        return state().resolve("events.jsonl");
    }

    /** Every message that left the house. */
    public Path egress() {
        return state().resolve("egress.jsonl");
    }

    /** What was reserved and spent of the privacy budgets. */
    public Path ledger() {
        return state().resolve("ledger");
    }

    /** How far the ledger had come: outside {@link #state}, so that the two are not put back together by accident. */
    public Path ledgerHead() {
        return directory.resolve("ledger.head");
    }

    /** Held by the one process that uses this home. */
    public Path lock() {
        return state().resolve("lock");
    }

    /** The number of that process, for people and for {@code status}. */
    public Path process() {
        return state().resolve("pid");
    }

    public Path log() {
        return directory.resolve("log");
    }

    /** Present while the process is connected and able to train. */
    public Path ready() {
        return directory.resolve("ready.json");
    }
}
