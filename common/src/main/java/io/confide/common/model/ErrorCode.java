package io.confide.common.model;

/** Stable numbers of everything that can go wrong for a person; each has a section in deploy/docs/ERRORS.md. */
public enum ErrorCode {
    BAD_FILE(1001, Fault.USER),
    BAD_ARGUMENT(1002, Fault.USER),
    FILE_MISSING(1003, Fault.USER),
    UNKNOWN_COLUMN(1101, Fault.USER),
    WRONG_TYPE(1102, Fault.USER),
    EMPTY_DATASET(1103, Fault.USER),
    CONSTANT_LABEL(1104, Fault.USER),
    NOT_FINITE(1105, Fault.USER),
    BAD_QUERY(1106, Fault.USER),
    NOT_FOUND(1201, Fault.USER),
    UNAUTHORISED(1202, Fault.USER),
    CONFLICT(1203, Fault.USER),
    TOKEN_EXPIRED(1301, Fault.USER),
    TOKEN_USED(1302, Fault.USER),
    TOKEN_UNKNOWN(1303, Fault.USER),
    AUTHORITY_MISMATCH(1304, Fault.PEER),
    CLOCK_SKEW(1305, Fault.PEER),
    CERTIFICATE_EXPIRED(1306, Fault.USER),
    ROSTER_NOT_APPROVED(1401, Fault.USER),
    NOT_BUILT(1402, Fault.USER),
    DENIED(1403, Fault.USER),
    TOO_OFTEN(1404, Fault.USER),
    PORT_IN_USE(2001, Fault.RESOURCES),
    DISK_FULL(2002, Fault.RESOURCES),
    UNREACHABLE(2003, Fault.PEER),
    DATA_UNAVAILABLE(2004, Fault.RESOURCES),
    CHECKSUM_MISMATCH(2005, Fault.PEER),
    PROTOCOL(3001, Fault.PEER),
    JOB_FAILED(3002, Fault.PEER),
    INTERNAL(9001, Fault.INTERNAL);

    private final int number;
    private final Fault fault;

    ErrorCode(int number, Fault fault) {
        this.number = number;
        this.fault = fault;
    }

    public int number() {
        return number;
    }

    public Fault fault() {
        return fault;
    }

    /** Whose turn it is to act. */
    public enum Fault {
        USER,
        PEER,
        RESOURCES,
        INTERNAL
    }
}
