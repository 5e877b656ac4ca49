package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.Receipt;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
        Json.Obj headers = Json.object();
        for (Map.Entry<Integer, UploadProof> each : receipt.headers().entrySet()) {
            headers =
                    headers.with(
                            each.getKey().toString(),
                            Json.object()
                                    .with("hash", base64(each.getValue().vectorHash()))
                                    .with("signature", base64(each.getValue().signature())));
        }
        Json.Obj signatures = Json.object();
        for (Map.Entry<Integer, Bytes> each : receipt.signatures().entrySet()) {
            signatures = signatures.with(each.getKey().toString(), base64(each.getValue()));
        }
        Json.Obj json =
                Json.object()
                        .with("job", line.job().toString())
                        .with("round", line.round())
                        .with("certificate", signed(receipt.certificate()))
                        .with("headers", headers)
                        .with("signatures", signatures)
                        .with("signature", base64(receipt.ownSignature()))
                        .with("result", signed(receipt.result()));
        if (receipt.ownHeader().isPresent()) {
            json = json.with("own", signed(receipt.ownHeader().get()));
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
                        signed(in.object("certificate")),
                        headers(in.object("headers")),
                        signatures(in.object("signatures")),
                        in.find("own").isPresent()
                                ? Optional.of(signed(in.object("own")))
                                : Optional.empty(),
                        bytes(in.text("signature")),
                        signed(in.object("result"))));
    }

    private static SortedMap<Integer, UploadProof> headers(JsonFields in) {
        var headers = new TreeMap<Integer, UploadProof>();
        for (String site : in.keys()) {
            JsonFields proof = in.object(site);
            headers.put(
                    Integer.valueOf(site),
                    new UploadProof(bytes(proof.text("hash")), bytes(proof.text("signature"))));
        }
        return headers;
    }

    private static SortedMap<Integer, Bytes> signatures(JsonFields in) {
        var signatures = new TreeMap<Integer, Bytes>();
        for (String site : in.keys()) {
            signatures.put(Integer.valueOf(site), bytes(in.text(site)));
        }
        return signatures;
    }

    private static Json.Obj signed(SignedBody signed) {
        return Json.object()
                .with("body", base64(signed.body()))
                .with("signature", base64(signed.signature()));
    }

    private static SignedBody signed(JsonFields in) {
        return new SignedBody(bytes(in.text("body")), bytes(in.text("signature")));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(Base64.getDecoder().decode(text));
    }
}
