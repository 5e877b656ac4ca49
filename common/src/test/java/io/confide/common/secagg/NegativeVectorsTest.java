package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.crypto.VerifyingKey;
import io.confide.common.encoding.Codec;
import io.confide.common.model.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * K25, A17: bytes that must be refused, written by {@code src/test/vectors/negative.py} from the specification without
 * anything of this code. Each kind comes with one valid example, which must be accepted.
 */
class NegativeVectorsTest {
    private static final Map<String, Function<Bytes, Optional<?>>> PARSERS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("proposal", S0Body::parse),
                            Map.entry("hello", S1Body::parse),
                            Map.entry("seed", S2Body::parse),
                            Map.entry("kem", S3Body::parse),
                            Map.entry("deal", S4Body::parse),
                            Map.entry("confirm", S5Body::parse),
                            Map.entry("complaint", ComplaintBody::parse),
                            Map.entry("open", OpenBody::parse),
                            Map.entry("upload", HeaderBody::parse),
                            Map.entry("propose", ProposeBody::parse),
                            Map.entry("cert", CertBody::parse),
                            Map.entry("fastcert", CertBody::parseFast),
                            Map.entry("reveal", RevealBody::parse),
                            Map.entry("abort", AbortBody::parse),
                            Map.entry("result", ResultBody::parse),
                            Map.entry("roster", Roster::parse),
                            Map.entry("policy", SecAggPolicy::parse),
                            Map.entry("codec", NegativeVectorsTest::codec)));

    private static Optional<Codec> codec(Bytes bytes) {
        try {
            return Optional.of(Codec.parse(bytes));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static JsonNode vectors() {
        try (var in = NegativeVectorsTest.class.getResourceAsStream("/vectors/v1/negative.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Iterable<JsonNode> bodies() {
        return vectors().required("bodies");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void refusesEveryMalformedBody(JsonNode kind) {
        String layout = kind.required("layout").textValue();
        Function<Bytes, Optional<?>> parser = PARSERS.get(layout);
        assertTrue(parser.apply(bytes(kind, "valid")).isPresent(), layout + ", valid");
        var accepted = new ArrayList<String>();
        for (JsonNode each : kind.required("refused")) {
            if (parser.apply(bytes(each, "bytes")).isPresent()) {
                accepted.add(each.required("why").textValue());
            }
        }
        assertEquals(List.of(), accepted, layout);
    }

    @Test
    void everyParserHasItsVectors() {
        var layouts = new TreeSet<String>();
        bodies().forEach(kind -> layouts.add(kind.required("layout").textValue()));
        assertEquals(PARSERS.keySet(), layouts);
    }

    @Test
    void refusesEveryBadKey() {
        JsonNode keys = vectors().required("keys");
        assertTrue(VerifyingKey.of(bytes(keys, "valid")).isPresent());
        for (JsonNode each : keys.required("refused")) {
            assertTrue(VerifyingKey.of(bytes(each, "bytes")).isEmpty(), each::toString);
        }
        assertTrue(keys.required("refused").size() >= 16);
    }

    @Test
    void refusesEveryBadSignature() {
        JsonNode signatures = vectors().required("signatures");
        VerifyingKey key = VerifyingKey.of(bytes(signatures, "key")).orElseThrow();
        Bytes body = bytes(signatures, "body");
        assertTrue(key.verifies(body, bytes(signatures, "valid")));
        for (JsonNode each : signatures.required("refused")) {
            assertFalse(key.verifies(body, bytes(each, "bytes")), each::toString);
        }
    }

    private static Bytes bytes(JsonNode node, String field) {
        return Bytes.ofHex(node.required(field).textValue());
    }
}
