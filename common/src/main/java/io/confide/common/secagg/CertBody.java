package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;

import java.util.Optional;

/** Steps 3a and 5b: the fields a certificate is about; the signatures of S_r travel beside it. */
public record CertBody(ContextFields context, SiteSet included) {
    /** L("cert") ‖ fields of ctx ‖ U3. */
    public Bytes bytes() {
        return write(Label.CERT);
    }

    /** L("fastcert") ‖ the same fields. */
    public Bytes fastBytes() {
        return write(Label.FASTCERT);
    }

    /** The body of exactly these bytes; empty if they are malformed or of a fast certificate. */
    public static Optional<CertBody> parse(Bytes body) {
        return LayoutReader.parse(body, Label.CERT, CertBody::read);
    }

    /** The body of exactly these bytes; empty if they are malformed or of a voted certificate. */
    public static Optional<CertBody> parseFast(Bytes body) {
        return LayoutReader.parse(body, Label.FASTCERT, CertBody::read);
    }

    private Bytes write(Label label) {
        return context.writeTo(LayoutWriter.of(label)).raw(included.bytes()).toBytes();
    }

    private static CertBody read(LayoutReader in) {
        ContextFields context = ContextFields.read(in);
        return new CertBody(context, SiteSet.readBitmap(context.opened().rosterSize(), in));
    }
}
