package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.site.Receipt;

import java.util.Optional;

/**
 * A receipt as one line of canonical JSON: {@code certificate}, {@code result} and {@code own} are {@code {"body",
 * "signature"}}, {@code signature} is the own one, {@code headers} and {@code signatures} are by roster index; bytes are base64.
 */
public final class ReceiptJson {
    private ReceiptJson() {}

    /** A receipt and the round it is of. */
    public record Line(JobId job, long round, Receipt receipt) {}

    public static String text(Line line) {
        Receipt receipt = line.receipt();
        Json.Obj json =
                Json.object()
                        .with("job", line.job().toString())
                        .with("round", line.round())
                        .with("certificate", SignedJson.of(receipt.certificate()))
                        .with("headers", SignedJson.headers(receipt.headers()))
                        .with("signatures", SignedJson.signatures(receipt.signatures()))
                        .with("signature", SignedJson.base64(receipt.ownSignature()))
                        .with("result", SignedJson.of(receipt.result()));
        if (receipt.ownHeader().isPresent()) {
            json = json.with("own", SignedJson.of(receipt.ownHeader().get()));
        }
        return json.canonical();
    }

    /** Inverse of {@link #text}; anything else is an {@link IllegalArgumentException}. */
    public static Line parse(Bytes bytes) {
        var in = JsonFields.of(JsonText.parse(bytes), "receipt");
        return new Line(
                JobId.of(in.text("job")),
                in.wholeNumber("round"),
                new Receipt(
                        SignedJson.read(in.object("certificate")),
                        SignedJson.readHeaders(in.object("headers")),
                        SignedJson.readSignatures(in.object("signatures")),
                        in.find("own").isPresent()
                                ? Optional.of(SignedJson.read(in.object("own")))
                                : Optional.empty(),
                        SignedJson.bytes(in.text("signature")),
                        SignedJson.read(in.object("result"))));
    }
}
