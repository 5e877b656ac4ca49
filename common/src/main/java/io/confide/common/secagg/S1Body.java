package io.confide.common.secagg;

import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.MlKem768;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Optional;

/**
 * S1, a site's hello: fresh keys of one attempt.
 *
 * @param proposal the fields of S0, repeated
 * @param site i, the signer
 * @param agreementKey X25519, 32 bytes
 * @param encapsulationKey ML-KEM-768, 1184 bytes
 * @param commitment SHA-256(ρ_i)
 * @param bootId 16 bytes
 */
public record S1Body(
        S0Body proposal,
        int site,
        Bytes agreementKey,
        Bytes encapsulationKey,
        Digest commitment,
        Bytes bootId) {
    public static final int BOOT_ID_BYTES = 16;

    public S1Body {
        requireLength("an X25519 key", AgreementKey.BYTES, agreementKey);
        requireLength("a boot id", BOOT_ID_BYTES, bootId);
        requireLength("an encapsulation key", MlKem768.ENCAPSULATION_KEY_BYTES, encapsulationKey);
    }

    /** L("hello") ‖ fields of S0 ‖ u32 i ‖ x25519 ‖ LP(ek) ‖ commit ‖ bootId. */
    public Bytes bytes() {
        return proposal.writeTo(LayoutWriter.of(Label.HELLO))
                .u32(site)
                .raw(agreementKey)
                .prefixed(encapsulationKey)
                .raw(commitment)
                .raw(bootId)
                .toBytes();
    }

    /** The hello of exactly these bytes; empty if they are malformed; the encapsulation key is checked in K2. */
    public static Optional<S1Body> parse(Bytes body) {
        return LayoutReader.parse(
                body,
                Label.HELLO,
                in ->
                        new S1Body(
                                S0Body.read(in),
                                in.u32(),
                                in.bytes(AgreementKey.BYTES),
                                in.prefixed(),
                                in.digest(),
                                in.bytes(BOOT_ID_BYTES)));
    }

    static void requireLength(String what, int length, Bytes value) {
        if (value.length() != length) {
            throw new IllegalArgumentException(
                    "%s has %d bytes, not %d".formatted(what, length, value.length()));
        }
    }
}
