package io.confide.coordinator.driver;

import io.confide.common.files.Json;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.RoundEvidence.Keeping;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The evidence of a round as a file: canonical JSON in UTF-8, hashes in hexadecimal, bytes in base64url without padding.
 * {@code body} is what the {@code signature} beside it was made over; {@code index} is the place of a site in the roster.
 */
final class EvidenceFile {
    private static final String FORMAT = "confide-round-evidence/1";

    private EvidenceFile() {}

    static Bytes of(RoundEvidence evidence) {
        Json.Obj json =
                Json.object()
                        .with("format", FORMAT)
                        .with("job", evidence.job().toString())
                        .with("round", evidence.view().round())
                        .with("epoch", evidence.view().epoch())
                        .with("epochId", evidence.context().round().epochId().hex())
                        .with("outcome", evidence.view().outcome())
                        .with("certificate", evidence.certificate().name())
                        .with("context", evidence.context().ctx().hex())
                        .with("threshold", evidence.threshold())
                        .with("quorum", evidence.quorum())
                        .with("open", signed(evidence.open()))
                        .with("uploads", uploads(evidence))
                        .with("signatures", signatures(evidence))
                        .with("parts", parts(evidence.parts()));
        json = with(json, "statement", evidence.statement().map(EvidenceFile::statement));
        json = with(json, "result", evidence.result().map(EvidenceFile::signed));
        json = with(json, "roster", evidence.roster().map(EvidenceFile::roster));
        return json.bytes();
    }

    private static Json.Obj with(Json.Obj json, String key, Optional<Json.Obj> value) {
        return value.map(present -> json.with(key, present)).orElse(json);
    }

    private static Json uploads(RoundEvidence evidence) {
        var items = new ArrayList<Json>();
        evidence.uploads().forEach((site, header) -> items.add(by(evidence, site, signed(header))));
        return new Json.Arr(items);
    }

    private static Json signatures(RoundEvidence evidence) {
        var items = new ArrayList<Json>();
        evidence.signatures()
                .forEach(
                        (site, signature) ->
                                items.add(
                                        by(
                                                evidence,
                                                site,
                                                Json.object()
                                                        .with("signature", base64(signature)))));
        return new Json.Arr(items);
    }

    private static Json.Obj by(RoundEvidence evidence, SiteId site, Json.Obj json) {
        int index = evidence.roster().orElseThrow().indexOf(site).orElseThrow();
        return json.with("site", site.value()).with("index", index);
    }

    private static Json parts(List<RoundEvidence.Part> parts) {
        return new Json.Arr(
                parts.stream()
                        .<Json>map(
                                part ->
                                        Json.object()
                                                .with("part", part.name())
                                                .with(
                                                        "kept",
                                                        new Json.Bool(part.kept() == Keeping.KEPT))
                                                .with("why", part.why()))
                        .toList());
    }

    private static Json.Obj statement(Bytes body) {
        return Json.object().with("body", base64(body)).with("hash", Digest.of(body).hex());
    }

    private static Json.Obj roster(Roster roster) {
        return Json.object().with("body", base64(roster.bytes())).with("hash", roster.hash().hex());
    }

    private static Json.Obj signed(SignedBody signed) {
        return Json.object()
                .with("body", base64(signed.body()))
                .with("signature", base64(signed.signature()));
    }

    private static String base64(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toArray());
    }
}
