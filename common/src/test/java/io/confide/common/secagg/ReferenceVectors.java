package io.confide.common.secagg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The known answers of the reference model, {@code vectors/v1/vectors.json}. */
final class ReferenceVectors {
    static final JobId JOB = JobId.of(Bytes.ofHex("000102030405060708090a0b0c0d0e0f"));

    private ReferenceVectors() {}

    static JsonNode section(String name) {
        try (var in = ReferenceVectors.class.getResourceAsStream("/vectors/v1/vectors.json")) {
            return new ObjectMapper().readTree(in).required(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 32 times the byte {@code pair} of two hexadecimal digits. */
    static Digest filled(String pair) {
        return Digest.ofHex(pair.repeat(Digest.BYTES));
    }

    static Seed seedOf(String pair) {
        return Seed.copyOf(HexFormat.of().parseHex(pair.repeat(Seed.BYTES)));
    }

    static String hex(Seed seed) {
        return HexFormat.of().formatHex(seed.reveal());
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** SHA-256 of ASCII text: how the reference makes its names into hashes. */
    static Digest hash(String text) {
        return Digest.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The reference's filler bytes: the key stream of SHA-256(tag). */
    static byte[] filler(String tag, int length) {
        long[] words = new long[length / Words.BYTES];
        Seed seed = Seed.copyOf(hash(tag).value().unsafeArray());
        MaskStream.add(seed, words, 0, words.length);
        return Words.toBytes(words);
    }
}
