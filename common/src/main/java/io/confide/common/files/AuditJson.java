package io.confide.common.files;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.audit.AuditRecord;
import io.confide.common.secagg.audit.CertifiedRound;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The record of a round whose sum can be audited (PROTOCOL.md §3.10), as canonical JSON in UTF-8: what was signed as in a {@link
 * ReceiptJson receipt}; {@code leaves}, {@code selfSeeds} and {@code pairSeeds} by roster index; bytes in base64.
 */
public final class AuditJson {
    /** What {@code format} says. */
    public static final String FORMAT = "confide-sum-audit/1";

    private AuditJson() {}

    /** A record and the round it is of. */
    public record Entry(JobId job, long round, AuditRecord record) {}

    public static Bytes bytes(Entry entry) {
        AuditRecord record = entry.record();
        Json.Obj leaves = Json.object();
        for (Map.Entry<Integer, LeafProof> each : record.leaves().entrySet()) {
            leaves =
                    leaves.with(
                            each.getKey().toString(),
                            Json.object()
                                    .with("leaf", SignedJson.base64(each.getValue().leaf()))
                                    .with("path", SignedJson.base64(each.getValue().path())));
        }
        Json.Obj pairs = Json.object();
        for (Map.Entry<Integer, SortedMap<Integer, Seed>> each : record.pairSeeds().entrySet()) {
            pairs = pairs.with(each.getKey().toString(), seeds(each.getValue()));
        }
        return Json.object()
                .with("format", FORMAT)
                .with("job", entry.job().toString())
                .with("round", entry.round())
                .with("roster", SignedJson.base64(record.roster()))
                .with("certificate", SignedJson.of(record.signed().certificate()))
                .with("headers", SignedJson.headers(record.signed().headers()))
                .with("signatures", SignedJson.signatures(record.signed().signatures()))
                .with("codec", SignedJson.base64(record.codec()))
                .with("leaves", leaves)
                .with("selfSeeds", seeds(record.selfSeeds()))
                .with("pairSeeds", pairs)
                .with("sum", SignedJson.base64(record.sum()))
                .with("result", SignedJson.of(record.signed().result()))
                .bytes();
    }

    private static Json.Obj seeds(SortedMap<Integer, Seed> seeds) {
        Json.Obj json = Json.object();
        for (Map.Entry<Integer, Seed> each : seeds.entrySet()) {
            byte[] bytes = each.getValue().reveal();
            json = json.with(each.getKey().toString(), SignedJson.base64(Bytes.copyOf(bytes)));
            Arrays.fill(bytes, (byte) 0);
        }
        return json;
    }

    /** Whether {@code bytes} say that they are such a record. */
    public static boolean isOne(Bytes bytes) {
        try {
            return JsonFields.of(JsonText.parse(bytes), "record")
                    .find("format")
                    .filter(new Json.Text(FORMAT)::equals)
                    .isPresent();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Inverse of {@link #bytes}; anything else is an {@link IllegalArgumentException}. */
    public static Entry parse(Bytes bytes) {
        var in = JsonFields.of(JsonText.parse(bytes), "record");
        if (!in.text("format").equals(FORMAT)) {
            throw new IllegalArgumentException("record.format is not " + FORMAT);
        }
        var signed =
                new CertifiedRound.Signed(
                        SignedJson.read(in.object("certificate")),
                        SignedJson.readHeaders(in.object("headers")),
                        SignedJson.readSignatures(in.object("signatures")),
                        SignedJson.read(in.object("result")));
        return new Entry(
                JobId.of(in.text("job")),
                in.wholeNumber("round"),
                new AuditRecord(
                        SignedJson.bytes(in.text("roster")),
                        signed,
                        SignedJson.bytes(in.text("codec")),
                        leaves(in.object("leaves")),
                        seeds(in.object("selfSeeds")),
                        pairs(in.object("pairSeeds")),
                        SignedJson.bytes(in.text("sum"))));
    }

    private static SortedMap<Integer, LeafProof> leaves(JsonFields in) {
        var leaves = new TreeMap<Integer, LeafProof>();
        for (String site : in.keys()) {
            JsonFields proof = in.object(site);
            leaves.put(
                    Integer.valueOf(site),
                    new LeafProof(
                            SignedJson.bytes(proof.text("leaf")),
                            SignedJson.bytes(proof.text("path"))));
        }
        return leaves;
    }

    private static SortedMap<Integer, SortedMap<Integer, Seed>> pairs(JsonFields in) {
        var pairs = new TreeMap<Integer, SortedMap<Integer, Seed>>();
        for (String site : in.keys()) {
            pairs.put(Integer.valueOf(site), seeds(in.object(site)));
        }
        return pairs;
    }

    private static SortedMap<Integer, Seed> seeds(JsonFields in) {
        var seeds = new TreeMap<Integer, Seed>();
        for (String site : in.keys()) {
            seeds.put(
                    Integer.valueOf(site),
                    Seed.copyOf(SignedJson.bytes(in.text(site)).unsafeArray()));
        }
        return seeds;
    }
}
