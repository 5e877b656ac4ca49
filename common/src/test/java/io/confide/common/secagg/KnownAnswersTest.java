package io.confide.common.secagg;

import static io.confide.common.secagg.ReferenceVectors.JOB;
import static io.confide.common.secagg.ReferenceVectors.filled;
import static io.confide.common.secagg.ReferenceVectors.hex;
import static io.confide.common.secagg.ReferenceVectors.seedOf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Section "known" of the reference vectors: keys, PRG, Shamir, identifiers, hashes. */
class KnownAnswersTest {
    private static final JsonNode KNOWN = ReferenceVectors.section("known");
    private static final long R = 7;
    private static final Digest T1 = filled("11");
    private static final Seed BETA = seedOf("44");
    private static final Digest TEST_CTX =
            Digest.of("test-ctx".getBytes(StandardCharsets.US_ASCII));
    private static final Seed SECRET =
            Seed.copyOf(
                    HexFormat.of()
                            .parseHex(
                                    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

    @Test
    void derivesThePairKeysAndSeeds() {
        Seed key = KeySchedule.pairKey(T1, seedOf("22"), seedOf("33"));
        Seed maskKey = KeySchedule.maskKey(key, 0, 1);
        Seed e = KeySchedule.e(maskKey, R);
        assertEquals(known("K"), hex(key));
        assertEquals(known("Kch01"), hex(KeySchedule.channelKey(key, 0, 1)));
        assertEquals(known("Kmask"), hex(maskKey));
        assertEquals(maskKey, KeySchedule.maskKey(key, 1, 0));
        assertEquals(known("e"), hex(e));
        assertEquals(known("p"), hex(KeySchedule.p(e, TEST_CTX)));
    }

    @Test
    void derivesTheSelfAndRecoverySecrets() {
        Seed b = KeySchedule.b(BETA, R);
        Seed w = KeySchedule.w(BETA, R);
        assertEquals(known("b"), hex(b));
        assertEquals(known("w"), hex(w));
        assertEquals(known("s"), hex(KeySchedule.s(b, TEST_CTX)));
        assertEquals(known("blobKey"), hex(KeySchedule.blobKey(w)));
    }

    @Test
    void expandsAMaskAtBothOffsets() {
        Seed p = Seed.copyOf(HexFormat.of().parseHex(known("p")));
        int far = 65_536 / Words.BYTES;
        long[] words = new long[far + 2];
        MaskStream.add(p, words, 0, 2);
        MaskStream.add(p, words, far, far + 2);
        byte[] bytes = Words.toBytes(words);
        assertEquals(known("prg_p_0"), hex(Arrays.copyOf(bytes, 16)));
        assertEquals(known("prg_p_65536"), hex(Arrays.copyOfRange(bytes, 65_536, 65_536 + 16)));
    }

    @Test
    void dealsAndRebuildsTheShares() {
        List<byte[]> shares = Shamir.shares(BETA, SecretKind.SELF, R, 3, SECRET, List.of(1, 2, 3));
        assertEquals(known("shamir_t3_x1"), hex(shares.get(0)));
        assertEquals(known("shamir_t3_x2"), hex(shares.get(1)));
        assertEquals(known("shamir_t3_x3"), hex(shares.get(2)));
        var byX = Map.of(1, shares.get(0), 2, shares.get(1), 3, shares.get(2));
        assertEquals(SECRET, Shamir.rebuild(byX, 3));
        assertEquals(0x4792, Gf65536.multiply(0x1234, 0xabcd));
        assertEquals(
                known("shareLeaf"),
                hex(SetupLayout.shareLeaf(SecretKind.SELF, R, 2, shares.get(2))));
    }

    @Test
    void namesTheEpochTheRoundAndItsStatement() {
        SiteSet opened = SiteSet.of(7, List.of(0, 1, 2, 4, 6));
        SiteSet included = SiteSet.of(7, List.of(0, 1, 2, 4));
        Digest epochId = SetupLayout.epochId(JOB, 3, filled("55"), SiteSet.all(7));
        var round = new RoundFields(JOB, epochId, R);
        Digest ctx =
                new ContextFields(round, filled("66"), filled("77"), filled("88"), opened).ctx();
        var hashes = new TreeMap<Integer, Digest>();
        included.stream().forEach(i -> hashes.put(i, filled("99")));
        Digest root = RoundLayout.root(hashes);
        Bytes header = new HeaderBody(round, 2, ctx, filled("99")).bytes();
        Bytes statement = RoundLayout.statement(round, ctx, included, root);
        assertEquals(known("bitmap_U1"), opened.bytes().hex());
        assertEquals(known("bitmap_U3"), included.bytes().hex());
        assertEquals(known("epochId"), epochId.hex());
        assertEquals(known("ctx"), ctx.hex());
        assertEquals(148, header.length());
        assertEquals(known("sha_header_i2"), Digest.of(header).hex());
        assertEquals(known("root"), root.hex());
        assertEquals(147, statement.length());
        assertEquals(known("sha_stmt"), Digest.of(statement).hex());
    }

    @Test
    void hashesTreesAndVectors() {
        List<byte[]> leaves =
                IntStream.range(0, 5)
                        .mapToObj(leaf -> Digest.of(new byte[] {(byte) leaf}))
                        .map(leaf -> leaf.value().toArray())
                        .toList();
        int size = VectorHash.LEAF_BYTES + 8;
        assertEquals(known("merkle5"), Merkle.root(leaves).hex());
        assertEquals(known("Hy_1MiB_and_8"), VectorHash.of(new long[size / 8]).hex());
        assertEquals(known("Hy_1MiB_and_8"), VectorHash.ofBytes(new byte[size]).hex());
    }

    private static String known(String name) {
        return KNOWN.required(name).asText();
    }
}
