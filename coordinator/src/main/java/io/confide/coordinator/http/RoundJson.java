package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.RoundEvidence.Keeping;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.util.Base64;

/** One round and what was signed in it, for people; hashes in hexadecimal, signatures in base64url. */
final class RoundJson {
    private RoundJson() {}

    static JsonObject of(RoundEvidence evidence) {
        return ViewJson.round(evidence.view()).put("proof", proof(evidence));
    }

    private static JsonObject proof(RoundEvidence evidence) {
        var context = evidence.context();
        var json =
                new JsonObject()
                        .put("certificate", evidence.certificate().name())
                        .put("threshold", evidence.threshold())
                        .put("quorum", evidence.quorum())
                        .put("opened", evidence.opened().toString())
                        .put("ended", evidence.ended().toString())
                        .put("context", context.ctx().hex())
                        .put("epochId", context.round().epochId().hex())
                        .put("modelBefore", context.modelHash().hex())
                        .put("configuration", context.configHash().hex())
                        .put("codec", context.codecHash().hex())
                        .put(
                                "uploads",
                                new JsonArray(
                                        evidence.uploads().keySet().stream()
                                                .map(Object::toString)
                                                .toList()))
                        .put("signatures", signatures(evidence))
                        .put("parts", parts(evidence));
        evidence.modelAfter().ifPresent(hash -> json.put("modelAfter", hash.hex()));
        evidence.statement().ifPresent(body -> json.put("statement", Digest.of(body).hex()));
        evidence.roster().map(Roster::hash).ifPresent(hash -> json.put("roster", hash.hex()));
        evidence.result()
                .ifPresent(
                        signed ->
                                json.put(
                                        "result",
                                        new JsonObject()
                                                .put("body", base64(signed.body()))
                                                .put("signature", base64(signed.signature()))));
        return json;
    }

    private static JsonArray signatures(RoundEvidence evidence) {
        var array = new JsonArray();
        evidence.signatures()
                .forEach(
                        (site, signature) ->
                                array.add(
                                        new JsonObject()
                                                .put("site", site.value())
                                                .put("signature", base64(signature))));
        return array;
    }

    private static JsonArray parts(RoundEvidence evidence) {
        var array = new JsonArray();
        evidence.parts()
                .forEach(
                        part ->
                                array.add(
                                        new JsonObject()
                                                .put("part", part.name())
                                                .put("kept", part.kept() == Keeping.KEPT)
                                                .put("why", part.why())));
        return array;
    }

    private static String base64(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toArray());
    }
}
