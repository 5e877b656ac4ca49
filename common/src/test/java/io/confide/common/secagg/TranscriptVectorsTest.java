package io.confide.common.secagg;

import static io.confide.common.secagg.ReferenceVectors.JOB;
import static io.confide.common.secagg.ReferenceVectors.filler;
import static io.confide.common.secagg.ReferenceVectors.hash;
import static io.confide.common.secagg.ReferenceVectors.hex;
import static io.confide.common.secagg.ReferenceVectors.seedOf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.AgreementKey;
import io.confide.common.crypto.Ed25519;
import io.confide.common.crypto.Seed;
import io.confide.common.crypto.SigningKey;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.vector.MaskStream;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Section "transcript" of the reference vectors, rebuilt from the layouts and keys: N = 4, C = 1, t = q = 3, rounds 7 and
 * 8. The ML-KEM keys of that section are filler, so S1 is written here field by field.
 */
class TranscriptVectorsTest {
    private static final JsonNode TRANSCRIPT = ReferenceVectors.section("transcript");
    private static final JsonNode SETUP = TRANSCRIPT.required("setup");
    private static final int N = 4;
    private static final int T = 3;
    private static final long FIRST = 7;
    private static final List<Long> ROUNDS = List.of(7L, 8L);
    private static final SiteSet ALL = SiteSet.all(N);
    private static final Digest T1 = Digest.ofHex(SETUP.required("T1").asText());

    @Test
    void everyStepOfTheSetUpHasTheReferenceBytes() {
        var s1 = new TreeMap<Integer, Bytes>();
        var rho = new TreeMap<Integer, Bytes>();
        for (int i = 0; i < N; i++) {
            s1.put(i, hello(i));
            rho.put(i, Bytes.wrap(fill(0xd0 + i).reveal()));
        }
        assertEquals(SETUP.required("s1_site0").asText(), s1.get(0).hex());
        assertEquals(T1, SetupLayout.t1(hash("policy"), N, s1));
        assertEquals(SETUP.required("graphSeed").asText(), SetupLayout.graphSeed(T1, rho).hex());
        var digests = new ArrayList<Digest>();
        for (int i = 0; i < N; i++) {
            JsonNode site = SETUP.required("sites").required(i);
            Bytes s2 = new S2Body(T1, i, rho.get(i)).bytes();
            Bytes s3 = kem(i);
            Digest root4 = root4(i);
            assertEquals(site.required("sha_s1").asText(), Digest.of(s1.get(i)).hex());
            assertEquals(site.required("sha_s2").asText(), Digest.of(s2).hex());
            assertEquals(site.required("sha_s3").asText(), Digest.of(s3).hex());
            assertEquals(site.required("s4root").asText(), root4.hex());
            Digest digest =
                    SetupLayout.digest(
                            i, Digest.of(s1.get(i)), Digest.of(s2), Digest.of(s3), root4);
            assertEquals(site.required("digest").asText(), digest.hex());
            digests.add(digest);
        }
        Digest t3 = SetupLayout.t3(T1, digests, ALL, List.of());
        assertEquals(SETUP.required("T3").asText(), t3.hex());
        assertEquals(SETUP.required("epochId").asText(), epochId().hex());
        assertEquals(epochId(), SetupLayout.epochId(JOB, 1, t3, ALL));
        for (int i = 0; i < N; i++) {
            Bytes s5 = new S5Body(T1, i, t3, ALL, LedgerHead.START).bytes();
            assertEquals(signature(i, "sig_s5"), signer(i).sign(s5).hex());
            assertEquals(signature(i, "sig_s1"), signer(i).sign(s1.get(i)).hex());
        }
    }

    @Test
    void theSecretsOfTheSetUpAreTheReferenceOnes() {
        assertEquals(SETUP.required("K01").asText(), hex(pairKey(0, 1)));
        assertEquals(SETUP.required("K23").asText(), hex(pairKey(3, 2)));
        assertEquals(SETUP.required("shares_0_to_1").asText(), hex(shareCiphertext(0, 1)));
        assertEquals(SETUP.required("blob_3_r7").asText(), hex(blob(3, FIRST)));
        assertEquals(SETUP.required("s3_site0").asText(), kem(0).hex());
        assertEquals(
                SETUP.required("s4_site0").asText(), new S4Body(T1, 0, root4(0)).bytes().hex());
    }

    @ParameterizedTest
    @ValueSource(strings = {"round7_dropout_of_3", "round8_fast"})
    void everyRoundHasTheReferenceVectorsAndStatement(String name) {
        JsonNode round = TRANSCRIPT.required(name);
        long r = round.required("r").asLong();
        SiteSet included =
                SiteSet.parse(N, Bytes.ofHex(round.required("U3").asText())).orElseThrow();
        var fields = new RoundFields(JOB, epochId(), r);
        Digest ctx =
                new ContextFields(fields, hash("model" + r), hash("config"), hash("codec"), ALL)
                        .ctx();
        assertEquals(round.required("ctx").asText(), ctx.hex());
        var hashes = new TreeMap<Integer, Digest>();
        long[] sum = new long[8];
        for (int i : included.indices()) {
            long[] y = masked(round, i, r, ctx);
            assertEquals(of(round, "y", i), hex(Words.toBytes(y)));
            hashes.put(i, VectorHash.of(y));
            assertEquals(of(round, "Hy", i), hashes.get(i).hex());
            Bytes header = new HeaderBody(fields, i, ctx, hashes.get(i)).bytes();
            Bytes signature = Bytes.ofHex(of(round, "sig_header", i));
            assertTrue(Ed25519.verifies(signer(i).publicKey(), header, signature));
            Words.addInto(sum, y);
        }
        Digest root = RoundLayout.root(hashes);
        assertEquals(round.required("root").asText(), root.hex());
        Bytes statement = RoundLayout.statement(fields, ctx, included, root);
        assertEquals(round.required("stmt").asText(), statement.hex());
        assertEquals(round.required("maskedSum").asText(), hex(Words.toBytes(sum)));
        unmask(sum, r, ctx, included);
        for (int word = 0; word < sum.length; word++) {
            assertEquals(round.required("sum").required(word).asLong(), sum[word]);
        }
    }

    private static long[] masked(JsonNode round, int i, long r, Digest ctx) {
        long[] y = new long[8];
        for (int word = 0; word < 8; word++) {
            y[word] = round.required("x").required("" + i).required(word).asLong();
        }
        MaskStream.add(KeySchedule.s(KeySchedule.b(beta(i), r), ctx), y, 0, 8);
        for (int j : others(i)) {
            Seed mask = KeySchedule.p(pairSecret(i, j, r), ctx);
            if (i < j) {
                MaskStream.add(mask, y, 0, 8);
            } else {
                MaskStream.subtract(mask, y, 0, 8);
            }
        }
        return y;
    }

    /** What the coordinator does with the shares of all of U3: b of the included, w and the blob of the dropped. */
    private static void unmask(long[] sum, long r, Digest ctx, SiteSet included) {
        for (int j = 0; j < N; j++) {
            SecretKind kind = included.contains(j) ? SecretKind.SELF : SecretKind.RECOVERY;
            var shares = new TreeMap<Integer, byte[]>();
            for (int holder : included.indices()) {
                shares.put(holder + 1, share(j, kind, r, holder));
            }
            Seed secret = Shamir.rebuild(shares, T);
            switch (kind) {
                case SELF -> MaskStream.subtract(KeySchedule.s(secret, ctx), sum, 0, 8);
                case RECOVERY -> takePairMasksOff(sum, secret, j, r, ctx, included);
            }
        }
    }

    private static void takePairMasksOff(
            long[] sum, Seed w, int j, long r, Digest ctx, SiteSet included) {
        byte[] secrets =
                AesGcm.open(KeySchedule.blobKey(w), SetupLayout.blobAad(T1, j, r), blob(j, r))
                        .orElseThrow();
        List<Integer> neighbours = others(j);
        for (int at = 0; at < neighbours.size(); at++) {
            int i = neighbours.get(at);
            Seed e = Seed.copyOf(java.util.Arrays.copyOfRange(secrets, 32 * at, 32 * at + 32));
            if (included.contains(i) && j < i) {
                MaskStream.add(KeySchedule.p(e, ctx), sum, 0, 8);
            } else if (included.contains(i)) {
                MaskStream.subtract(KeySchedule.p(e, ctx), sum, 0, 8);
            }
        }
    }

    private static Bytes hello(int i) {
        return new S0Body(JOB, 1, FIRST, ROUNDS.size(), hash("roster"), hash("policy"))
                .writeTo(LayoutWriter.of(Label.HELLO))
                .u32(i)
                .raw(agreement(i).publicKey())
                .prefixed(filler("ek" + i, 1184))
                .raw(fill(0xd0 + i).digest())
                .raw(HexFormat.of().parseHex("0%d".formatted(i).repeat(16)))
                .toBytes();
    }

    private static Bytes kem(int i) {
        var hashes = new TreeMap<Integer, Digest>();
        for (int j = i + 1; j < N; j++) {
            hashes.put(j, Digest.of(filler("ct" + i + j, 1088)));
        }
        return new S3Body(T1, i, hashes).bytes();
    }

    private static Digest root4(int i) {
        var leaves = new ArrayList<byte[]>();
        for (int j : others(i)) {
            var shareLeaves = new ArrayList<byte[]>();
            var pairHashes = new ArrayList<Digest>();
            for (long r : ROUNDS) {
                for (SecretKind kind : SecretKind.values()) {
                    shareLeaves.add(SetupLayout.shareLeaf(kind, r, j, share(i, kind, r, j)));
                }
                pairHashes.add(pairSecret(i, j, r).digest());
            }
            leaves.add(
                    SetupLayout.pairLeaf(
                            i,
                            j,
                            Digest.of(shareCiphertext(i, j)),
                            Merkle.root(shareLeaves),
                            SetupLayout.ehRoot(i, j, pairHashes)));
        }
        for (long r : ROUNDS) {
            leaves.add(
                    SetupLayout.secretLeaf(
                            r,
                            KeySchedule.b(beta(i), r).digest(),
                            KeySchedule.w(beta(i), r).digest(),
                            Digest.of(blob(i, r))));
        }
        return Merkle.root(leaves);
    }

    private static byte[] share(int dealer, SecretKind kind, long r, int holder) {
        Seed secret =
                kind == SecretKind.SELF
                        ? KeySchedule.b(beta(dealer), r)
                        : KeySchedule.w(beta(dealer), r);
        return Shamir.shares(beta(dealer), kind, r, T, secret, List.of(holder + 1)).getFirst();
    }

    private static byte[] shareCiphertext(int i, int j) {
        var plain = new ByteArrayOutputStream();
        for (long r : ROUNDS) {
            plain.writeBytes(share(i, SecretKind.SELF, r, j));
            plain.writeBytes(share(i, SecretKind.RECOVERY, r, j));
        }
        Seed key = KeySchedule.channelKey(pairKey(i, j), i, j);
        return AesGcm.seal(key, SetupLayout.sharesAad(T1, i, j), plain.toByteArray());
    }

    private static byte[] blob(int i, long r) {
        var plain = new ByteArrayOutputStream();
        others(i).forEach(j -> plain.writeBytes(pairSecret(i, j, r).reveal()));
        Seed key = KeySchedule.blobKey(KeySchedule.w(beta(i), r));
        return AesGcm.seal(key, SetupLayout.blobAad(T1, i, r), plain.toByteArray());
    }

    private static Seed pairSecret(int i, int j, long r) {
        return KeySchedule.e(KeySchedule.maskKey(pairKey(i, j), i, j), r);
    }

    private static Seed pairKey(int i, int j) {
        Seed agreed = agreement(i).agree(agreement(j).publicKey()).orElseThrow();
        Seed kem = Seed.copyOf(filler("ss" + Math.min(i, j) + Math.max(i, j), 32));
        return KeySchedule.pairKey(T1, agreed, kem);
    }

    private static List<Integer> others(int i) {
        return IntStream.range(0, N).filter(j -> j != i).boxed().toList();
    }

    private static Digest epochId() {
        return Digest.ofHex(SETUP.required("epochId").asText());
    }

    private static String signature(int i, String name) {
        return SETUP.required("sites").required(i).required(name).asText();
    }

    private static String of(JsonNode round, String map, int i) {
        return round.required(map).required("" + i).asText();
    }

    private static SigningKey signer(int i) {
        return SigningKey.of(fill(0xa0 + i).reveal());
    }

    private static AgreementKey agreement(int i) {
        return AgreementKey.of(fill(0xb0 + i).reveal());
    }

    private static Seed beta(int i) {
        return fill(0xc0 + i);
    }

    private static Seed fill(int value) {
        return seedOf("%02x".formatted(value));
    }
}
