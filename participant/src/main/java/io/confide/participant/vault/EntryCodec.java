package io.confide.participant.vault;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.Check;
import io.confide.common.secagg.site.RoundOutcome;
import io.confide.common.secagg.site.SiteRecords.EpochRecord;
import io.confide.common.secagg.site.SiteRecords.Evidence;
import io.confide.common.secagg.site.SiteRecords.InputKey;
import io.confide.common.secagg.site.SiteRecords.LedgerRecord;
import io.confide.common.secagg.site.SiteRecords.RoundRecord;
import io.confide.common.secagg.site.SiteRecords.SumRecord;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Entries to bytes and back: u8 kind, then the fields in order, big-endian, byte strings with a u32 length. */
final class EntryCodec {
    private static final int EPOCH = 1;
    private static final int ROUND = 2;
    private static final int OUTCOME = 3;
    private static final int MODEL = 4;
    private static final int CONTRADICTION = 5;
    private static final int SEED = 6;
    private static final int SUM = 7;
    private static final int LEDGERS = 8;

    private EntryCodec() {}

    static Bytes encode(Entry entry) {
        var bytes = new ByteArrayOutputStream();
        try {
            write(entry, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    /** Returns the entry; throws IllegalArgumentException if the bytes are not exactly one. */
    static Entry decode(Bytes bytes) {
        try {
            var in = new DataInputStream(new ByteArrayInputStream(bytes.unsafeArray()));
            var entry = read(in);
            if (in.available() > 0) {
                throw new IllegalArgumentException("a record has bytes left over");
            }
            return entry;
        } catch (IOException e) {
            throw new IllegalArgumentException("a record is cut short", e);
        }
    }

    private static void write(Entry entry, DataOutputStream out) throws IOException {
        switch (entry) {
            case Entry.Epoch(var epoch) -> {
                head(out, EPOCH, epoch.job());
                out.writeLong(epoch.epoch());
                out.writeLong(epoch.firstRound());
                out.writeInt(epoch.rounds());
            }
            case Entry.Seed(var job) -> head(out, SEED, job);
            case Entry.Round(var round) -> write(round, out);
            case Entry.Sum(var sum) -> write(sum, out);
            case Entry.Outcome(var job, var round, var outcome) -> {
                head(out, OUTCOME, job);
                out.writeLong(round);
                out.writeUTF(outcome.name());
            }
            case Entry.Model(var job, var result) -> {
                head(out, MODEL, job);
                write(result, out);
            }
            case Entry.Ledgers(var ledgers) -> write(ledgers, out);
            case Entry.Contradiction(var evidence) -> write(evidence, out);
        }
    }

    private static void write(RoundRecord round, DataOutputStream out) throws IOException {
        head(out, ROUND, round.job());
        write(round.epochId(), out);
        out.write(round.roster().value().unsafeArray());
        out.writeInt(round.sites());
        out.writeInt(round.colluders());
        out.writeInt(round.quorum());
        write(round.accepted(), out);
        out.writeLong(round.round());
        out.write(round.inputs().model().value().unsafeArray());
        out.write(round.inputs().config().value().unsafeArray());
        out.write(round.inputs().dataVersion().value().unsafeArray());
        write(round.header(), out);
    }

    /** The names in order, so that the same sum has the same bytes. */
    private static void write(SumRecord sum, DataOutputStream out) throws IOException {
        head(out, SUM, sum.job());
        out.writeLong(sum.round());
        out.writeInt(sum.sites().size());
        for (SiteId site : new TreeSet<>(sum.sites())) {
            out.writeUTF(site.value());
        }
    }

    /** The keys in order, so that the same record has the same bytes. */
    private static void write(LedgerRecord ledgers, DataOutputStream out) throws IOException {
        head(out, LEDGERS, ledgers.job());
        out.writeInt(ledgers.confirms().size());
        var byKey = new TreeMap<String, Map.Entry<Bytes, SignedBody>>();
        ledgers.confirms().entrySet().forEach(each -> byKey.put(each.getKey().hex(), each));
        for (var each : byKey.values()) {
            write(each.getKey(), out);
            write(each.getValue(), out);
        }
    }

    private static void write(Evidence evidence, DataOutputStream out) throws IOException {
        head(out, CONTRADICTION, evidence.job());
        out.writeUTF(evidence.check().name());
        out.writeLong(evidence.round());
        out.writeInt(evidence.messages().size());
        for (var message : evidence.messages()) {
            write(message, out);
        }
    }

    private static void head(DataOutputStream out, int kind, JobId job) throws IOException {
        out.writeByte(kind);
        out.write(job.bytes());
    }

    private static void write(SignedBody body, DataOutputStream out) throws IOException {
        write(body.body(), out);
        write(body.signature(), out);
    }

    private static void write(Bytes bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length());
        out.write(bytes.unsafeArray());
    }

    private static Entry read(DataInputStream in) throws IOException {
        int kind = in.readByte();
        var job = JobId.of(fixed(in, 16));
        return switch (kind) {
            case EPOCH ->
                    new Entry.Epoch(
                            new EpochRecord(job, in.readLong(), in.readLong(), in.readInt()));
            case SEED -> new Entry.Seed(job);
            case ROUND -> new Entry.Round(round(job, in));
            case SUM -> new Entry.Sum(sum(job, in));
            case OUTCOME ->
                    new Entry.Outcome(job, in.readLong(), RoundOutcome.valueOf(in.readUTF()));
            case MODEL -> new Entry.Model(job, signed(in));
            case LEDGERS -> new Entry.Ledgers(ledgers(job, in));
            case CONTRADICTION -> new Entry.Contradiction(evidence(job, in));
            default -> throw new IllegalArgumentException("unknown kind of record " + kind);
        };
    }

    private static RoundRecord round(JobId job, DataInputStream in) throws IOException {
        return new RoundRecord(
                job,
                bytes(in),
                digest(in),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                bytes(in),
                in.readLong(),
                new InputKey(digest(in), digest(in), digest(in)),
                signed(in));
    }

    private static SumRecord sum(JobId job, DataInputStream in) throws IOException {
        long round = in.readLong();
        int count = in.readInt();
        var sites = new TreeSet<SiteId>();
        for (int site = 0; site < count; site++) {
            sites.add(new SiteId(in.readUTF()));
        }
        return new SumRecord(job, round, sites);
    }

    private static LedgerRecord ledgers(JobId job, DataInputStream in) throws IOException {
        int count = in.readInt();
        var confirms = new HashMap<Bytes, SignedBody>();
        for (int site = 0; site < count; site++) {
            confirms.put(bytes(in), signed(in));
        }
        return new LedgerRecord(job, confirms);
    }

    private static Evidence evidence(JobId job, DataInputStream in) throws IOException {
        var check = Check.valueOf(in.readUTF());
        long round = in.readLong();
        int count = in.readInt();
        var messages = new ArrayList<SignedBody>();
        for (int message = 0; message < count; message++) {
            messages.add(signed(in));
        }
        return new Evidence(job, check, round, messages);
    }

    private static SignedBody signed(DataInputStream in) throws IOException {
        return new SignedBody(bytes(in), bytes(in));
    }

    private static Digest digest(DataInputStream in) throws IOException {
        return new Digest(fixed(in, Digest.BYTES));
    }

    private static Bytes bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IllegalArgumentException("a record is cut short");
        }
        return fixed(in, length);
    }

    private static Bytes fixed(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return Bytes.wrap(bytes);
    }
}
