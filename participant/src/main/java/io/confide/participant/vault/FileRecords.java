package io.confide.participant.vault;

import io.confide.common.files.ReceiptJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.Receipt;
import io.confide.common.secagg.site.RoundOutcome;
import io.confide.common.secagg.site.SiteRecords;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The records of one site in its home: a {@link Journal}, read once at start. What is asked for in every round is kept in memory, of
 * spent inputs only where their records are. Only what must outlive
 * the process is in it, and nothing secret: after a restart the site knows which epochs it left (K24), which rounds it
 * passed (K8), which inputs are spent (K11), which upload is still without an outcome, which sums it helped to open (K17)
 * and how many graphs it let be drawn (K2), and how far the ledgers of others were (K7). One
 * thread.
 */
public final class FileRecords implements SiteRecords, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileRecords.class);

    private final Journal journal;
    private final Receipts receipts;
    private final UploadIndex spent = new UploadIndex();
    private final Map<JobId, Set<Set<SiteId>>> sums = new TreeMap<>();
    private final Map<JobId, Long> rounds = new TreeMap<>();
    private final Map<JobId, RoundRecord> pending = new TreeMap<>();
    private final Map<JobId, Long> epochs = new TreeMap<>();
    private final Map<JobId, Integer> seeds = new TreeMap<>();
    private final Map<JobId, SignedBody> models = new TreeMap<>();
    private final Map<Bytes, SignedBody> ledgers = new HashMap<>();

    private FileRecords(Home home) {
        this.receipts = new Receipts(home);
        this.journal = Journal.open(place(home), this::replay);
    }

    private static Journal.Place place(Home home) {
        return new Journal.Place(
                home.records(),
                "which inputs it has already sent",
                "Restore the file from the disk's own redundancy, or enrol the site anew with new"
                        + " data versions.");
    }

    /** What contradicted itself so far, oldest first; the site may be running. Throws BAD_FILE if the file is damaged. */
    public static List<Evidence> evidence(Home home) {
        var found = new ArrayList<Evidence>();
        Journal.read(
                place(home),
                (_, record) -> {
                    if (decode(record) instanceof Entry.Contradiction(var evidence)) {
                        found.add(evidence);
                    }
                });
        return List.copyOf(found);
    }

    /** Opens the records of {@code home}; throws BAD_FILE if they are damaged. */
    public static FileRecords open(Home home) {
        return new FileRecords(home);
    }

    @Override
    public long lastRound(JobId job) {
        return rounds.getOrDefault(job, 0L);
    }

    @Override
    public long lastEpoch(JobId job) {
        return epochs.getOrDefault(job, 0L);
    }

    @Override
    public int seedsRevealed(JobId job) {
        return seeds.getOrDefault(job, 0);
    }

    @Override
    public void recordSeed(JobId job) {
        append(new Entry.Seed(job));
    }

    @Override
    public void recordEpoch(EpochRecord epoch) {
        append(new Entry.Epoch(epoch));
    }

    @Override
    public List<RoundRecord> spentBy(InputKey inputs) {
        return spent.find(inputs)
                .mapToObj(this::round)
                .filter(round -> round.inputs().equals(inputs))
                .toList();
    }

    private RoundRecord round(long at) {
        if (decode(journal.at(at)) instanceof Entry.Round(var round)) {
            return round;
        }
        throw new IllegalStateException("no round was recorded at byte " + at);
    }

    @Override
    public void recordRound(RoundRecord round) {
        append(new Entry.Round(round));
    }

    @Override
    public Optional<RoundRecord> pending(JobId job, long round) {
        return Optional.ofNullable(pending.get(job)).filter(record -> record.round() == round);
    }

    @Override
    public Set<Set<SiteId>> sums(JobId job) {
        return Collections.unmodifiableSet(sums.getOrDefault(job, Set.of()));
    }

    @Override
    public void recordSum(SumRecord sum) {
        append(new Entry.Sum(sum));
    }

    @Override
    public void recordOutcome(
            JobId job, long round, RoundOutcome outcome, Optional<Receipt> receipt) {
        append(new Entry.Outcome(job, round, outcome));
        try {
            receipt.ifPresent(kept -> receipts.keep(new ReceiptJson.Line(job, round, kept)));
        } catch (ConfideException e) {
            // Nothing rests on a receipt: the round must end, and its secrets go, without it.
            LOG.warn("event=receipt-not-kept job={} round={}", job, round, e);
        }
    }

    @Override
    public Optional<SignedBody> newestModel(JobId job) {
        return Optional.ofNullable(models.get(job));
    }

    @Override
    public void recordModel(JobId job, SignedBody result) {
        append(new Entry.Model(job, result));
    }

    @Override
    public Optional<SignedBody> furthestLedger(Bytes identity) {
        return Optional.ofNullable(ledgers.get(identity));
    }

    @Override
    public void recordLedgers(LedgerRecord record) {
        append(new Entry.Ledgers(record));
    }

    @Override
    public void recordEvidence(Evidence evidence) {
        append(new Entry.Contradiction(evidence));
    }

    /** Whether the disk failed: the site must take no more rounds. */
    public boolean broken() {
        return journal.broken();
    }

    @Override
    public void close() {
        journal.close();
    }

    private void append(Entry entry) {
        apply(journal.append(EntryCodec.encode(entry)), entry);
    }

    private void replay(long at, Bytes record) {
        apply(at, decode(record));
    }

    private static Entry decode(Bytes record) {
        try {
            return EntryCodec.decode(record);
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "the records of this site were written by another version of Confide ("
                            + e.getMessage()
                            + "); start the version that wrote them",
                    e);
        }
    }

    private void apply(long at, Entry entry) {
        switch (entry) {
            case Entry.Epoch(var epoch) -> epochs.merge(epoch.job(), epoch.epoch(), Math::max);
            case Entry.Seed(var job) -> seeds.merge(job, 1, Integer::sum);
            case Entry.Round(var round) -> {
                // All of them stay, in the file: a later use of the inputs is measured against
                // every one.
                spent.add(round.inputs(), at);
                rounds.merge(round.job(), round.round(), Math::max);
                pending.put(round.job(), round);
            }
            case Entry.Sum(var sum) ->
                    sums.computeIfAbsent(sum.job(), _ -> new HashSet<>()).add(sum.sites());
            case Entry.Model(var job, var result) -> models.put(job, result);
            case Entry.Outcome(var job, var round, _) ->
                    pending.computeIfPresent(
                            job, (_, record) -> record.round() <= round ? null : record);
            case Entry.Ledgers(var record) -> ledgers.putAll(record.confirms());
            case Entry.Contradiction _ -> {
                // Kept for whoever examines the file; no decision rests on it.
            }
        }
    }
}
