package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SignedBody;

import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Signed messages of a round inside canonical JSON: {@code {"body", "signature"}}, maps by roster index, bytes in base64. */
final class SignedJson {
    private SignedJson() {}

    static Json.Obj headers(SortedMap<Integer, UploadProof> map) {
        Json.Obj headers = Json.object();
        for (Map.Entry<Integer, UploadProof> each : map.entrySet()) {
            headers =
                    headers.with(
                            each.getKey().toString(),
                            Json.object()
                                    .with("hash", base64(each.getValue().vectorHash()))
                                    .with("signature", base64(each.getValue().signature())));
        }
        return headers;
    }

    static Json.Obj signatures(SortedMap<Integer, Bytes> map) {
        Json.Obj signatures = Json.object();
        for (Map.Entry<Integer, Bytes> each : map.entrySet()) {
            signatures = signatures.with(each.getKey().toString(), base64(each.getValue()));
        }
        return signatures;
    }

    static SortedMap<Integer, UploadProof> readHeaders(JsonFields in) {
        var headers = new TreeMap<Integer, UploadProof>();
        for (String site : in.keys()) {
            JsonFields proof = in.object(site);
            headers.put(
                    Integer.valueOf(site),
                    new UploadProof(bytes(proof.text("hash")), bytes(proof.text("signature"))));
        }
        return headers;
    }

    static SortedMap<Integer, Bytes> readSignatures(JsonFields in) {
        var signatures = new TreeMap<Integer, Bytes>();
        for (String site : in.keys()) {
            signatures.put(Integer.valueOf(site), bytes(in.text(site)));
        }
        return signatures;
    }

    static Json.Obj of(SignedBody signed) {
        return Json.object()
                .with("body", base64(signed.body()))
                .with("signature", base64(signed.signature()));
    }

    static SignedBody read(JsonFields in) {
        return new SignedBody(bytes(in.text("body")), bytes(in.text("signature")));
    }

    static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }

    static Bytes bytes(String text) {
        return Bytes.wrap(Base64.getDecoder().decode(text));
    }
}
