package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/**
 * A complaint (PROTOCOL.md §3.4, K6): the accuser says that bytes which the accused signed over T1 are invalid by their own
 * content. An honest site has no other ground for one, so of the two at least one is corrupt.
 */
public record ComplaintBody(Digest t1, int accused, int accuser, Reason reason) {
    public ComplaintBody {
        if (accused == accuser) {
            throw new IllegalArgumentException("a site does not complain about itself");
        }
    }

    /** What is wrong with the signed bytes. */
    public enum Reason {
        /** An entry of S3 is malformed or absent, or the X25519 key gives zero. */
        KEM(1, "its key encapsulation is malformed"),
        /** The shares do not open. */
        SEALED(2, "the shares it dealt do not open"),
        /** A share is not the one of its leaf. */
        SHARE(3, "a share it dealt is not the one it signed"),
        /** The hashes of the pair's seeds are not those of this site. */
        PAIR_SEEDS(4, "it signed other pair seeds");

        private final int code;
        private final String words;

        Reason(int code, String words) {
            this.code = code;
            this.words = words;
        }

        /** What is wrong with the accused, for people. */
        public String words() {
            return words;
        }

        /** The u8 of the layout, 1 to 4. */
        public int code() {
            return code;
        }

        static Reason of(int code) {
            for (Reason reason : values()) {
                if (reason.code == code) {
                    return reason;
                }
            }
            throw new IllegalArgumentException("there is no complaint reason " + code);
        }
    }

    /** L("complaint") ‖ T1 ‖ u32 accused ‖ u32 accuser ‖ u8 reason. */
    public Bytes bytes() {
        return LayoutWriter.of(Label.COMPLAINT)
                .raw(t1)
                .u32(accused)
                .u32(accuser)
                .u8(reason.code())
                .toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed. */
    public static Optional<ComplaintBody> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.COMPLAINT,
                in -> new ComplaintBody(in.digest(), in.u32(), in.u32(), Reason.of(in.u8())));
    }
}
