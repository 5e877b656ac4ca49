package io.confide.common.layout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The purpose of hashed, signed or derived bytes: L(s) = LP("confide/sa/v1/" + s) of PROTOCOL.md §3.1. Two purposes never
 * share a label, so bytes made for one can never pass for another.
 */
public enum Label {
    ROSTER("roster"),
    POLICY("policy"),
    CODEC("codec"),
    ROTATION("rotation"),
    PROPOSAL("proposal"),
    HELLO("hello"),
    T1("T1"),
    SEED("seed"),
    GRAPH("graph"),
    COMMITTEE("committee"),
    GROUPS("groups"),
    KEM("kem"),
    DEAL("deal"),
    PAIR_LEAF("pair-leaf"),
    SHARE("share"),
    EH("eh"),
    SECRET("secret"),
    SITE("site"),
    T3("T3"),
    CONFIRM("confirm"),
    COMPLAINT("complaint"),
    EPOCH("epoch"),
    CHAN("chan"),
    MASK("mask"),
    ROUND("round"),
    PAIR("pair"),
    SELF("self"),
    SELFMASK("selfmask"),
    RECOVER("recover"),
    BLOB("blob"),
    SHAMIR("shamir"),
    SHARES("shares"),
    CTX("ctx"),
    Y("y"),
    NODE("node"),
    EMPTY("empty"),
    UPLOAD("upload"),
    LEAF("leaf"),
    ROOT("root"),
    STMT("stmt"),
    OPEN("open"),
    PROPOSE("propose"),
    FASTCERT("fastcert"),
    CERT("cert"),
    REVEAL("reveal"),
    ABORT("abort"),
    RESULT("result"),
    BLAME("blame"),
    BLAME_ANSWER("blame-answer");

    private static final String PREFIX = "confide/sa/v1/";

    private final String purpose;

    Label(String purpose) {
        this.purpose = purpose;
    }

    /** The bytes L(s): u32 length and the ASCII text. */
    public byte[] bytes() {
        byte[] text = (PREFIX + purpose).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(Integer.BYTES + text.length)
                .putInt(text.length)
                .put(text)
                .array();
    }

    /** The number of bytes of {@link #bytes()}. */
    public int length() {
        return Integer.BYTES + PREFIX.length() + purpose.length();
    }
}
