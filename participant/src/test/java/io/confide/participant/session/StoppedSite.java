package io.confide.participant.session;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.common.model.Task;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.wire.SiteBody;
import io.confide.participant.ledger.FileLedger;
import io.confide.participant.ledger.SteppedLedger;
import io.confide.participant.port.MemoryLedger;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.privacy.Records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One round of a job with a guarantee in a process of its own, which stops at one point of site 0's way through it, says so
 * on its output, and waits to be killed. What left site 0 is written down outside of its home.
 */
final class StoppedSite {
    static final Task TRAIN = new Task.Train(new Fold.All());
    static final int COMMITS = 2;

    /** Where a process can die, in the order in which site 0 passes them. */
    enum Point {
        ASKED,
        WRITTEN,
        FORCED,
        WITNESSED,
        CHARGED,
        RECORDED,
        UPLOADED,
        SIGNED,
        REVEALED,
        /** Site 0 uploads with a ledger that says what is charged before it has written it. */
        UPLOADED_WITH_A_LATE_LEDGER
    }

    private StoppedSite() {}

    public static void main(String[] args) throws Exception {
        var directory = Path.of(args[0]);
        var stop = Point.valueOf(args[1]);
        try (var consortium = consortium(directory)) {
            var site = consortium.sites.getFirst();
            site.links = () -> new Outside(directory, stop);
            site.budgets = ledger(site, stop);
            consortium.start().offerToAll();
            consortium.setUp(1, 1);
            var round = consortium.round(1, TRAIN);
            write(directory, round.open().body());
            for (int index = 0; index < 3; index++) {
                consortium.collect(round, index);
            }
            consortium.finish(round, consortium.codec(TRAIN), List.of(0, 1, 2));
            // Site 0 stops while the others go on.
            new CountDownLatch(1).await();
        }
    }

    private static void write(Path directory, SignedBody open) throws IOException {
        Files.write(directory.resolve("open"), open.body().toArray());
        Files.write(directory.resolve("open.signature"), open.signature().toArray());
    }

    /** The Open of round 1, for a coordinator that asks again; the rest as {@code beside} it carries it. */
    static CoordinatorMessage.Open opened(Path directory, CoordinatorMessage.Open beside)
            throws IOException {
        var body =
                new SignedBody(
                        Bytes.wrap(Files.readAllBytes(directory.resolve("open"))),
                        Bytes.wrap(Files.readAllBytes(directory.resolve("open.signature"))));
        return new CoordinatorMessage.Open(
                beside.job(),
                body,
                beside.config(),
                beside.codec(),
                beside.model(),
                beside.lastModelResult(),
                beside.aborted());
    }

    /** Three sites with the keys they have in every process; sites 1 and 2 pay by word of mouth. */
    static TestConsortium consortium(Path directory) {
        var consortium =
                new TestConsortium(
                        directory, 3, Studies.privatePlan(COMMITS, 0.5), TestConsortium.Keys.KNOWN);
        for (var site : consortium.sites) {
            site.data = Optional.of(new FixedRows(site.name, Records.of(40, 2, 1)));
            site.budgets = MemoryLedger.of(Studies.NAME, 100);
        }
        return consortium;
    }

    static FileLedger ledger(TestSite site) {
        return FileLedger.open(site.home, () -> TestSite.NOW, StoppedSite::policy);
    }

    private static Optional<SitePolicy> policy() {
        return Optional.of(Studies.policy(100));
    }

    private static PrivacyLedger ledger(TestSite site, Point stop) {
        if (stop == Point.UPLOADED_WITH_A_LATE_LEDGER) {
            return new Observed(ledger(site), stop);
        }
        var writing = new Writing(stop);
        var ledger =
                SteppedLedger.open(
                        site.home, () -> TestSite.NOW, StoppedSite::policy, writing::step);
        return new Observed(writing.over(ledger), stop);
    }

    private static void pass(Point here, Point stop) {
        if (here == stop) {
            System.out.println("stopped at " + here);
            System.out.flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Tells steps of a commit from those of a reservation. */
    private static final class Writing {
        private final Point stop;
        private boolean committing;

        Writing(Point stop) {
            this.stop = stop;
        }

        void step(SteppedLedger.Step step) {
            if (committing) {
                pass(Point.valueOf(step.name()), stop);
            }
        }

        PrivacyLedger over(PrivacyLedger ledger) {
            return new Forwarding(ledger) {
                @Override
                public Verdict commit(JobId job, long round, Digest input) {
                    committing = true;
                    return ledger.commit(job, round, input);
                }
            };
        }
    }

    private static class Forwarding implements PrivacyLedger {
        private final PrivacyLedger ledger;

        Forwarding(PrivacyLedger ledger) {
            this.ledger = ledger;
        }

        @Override
        public Verdict reserve(Terms terms) {
            return ledger.reserve(terms);
        }

        @Override
        public Verdict commit(JobId job, long round, Digest input) {
            return ledger.commit(job, round, input);
        }

        @Override
        public void release(JobId job) {
            ledger.release(job);
        }

        @Override
        public LedgerHead head() {
            return ledger.head();
        }

        @Override
        public void close() {
            ledger.close();
        }
    }

    private static final class Observed extends Forwarding {
        private final Point stop;

        Observed(PrivacyLedger ledger, Point stop) {
            super(ledger);
            this.stop = stop;
        }

        @Override
        public Verdict commit(JobId job, long round, Digest input) {
            pass(Point.ASKED, stop);
            if (stop == Point.UPLOADED_WITH_A_LATE_LEDGER) {
                return new Verdict.Granted();
            }
            var verdict = super.commit(job, round, input);
            pass(Point.CHARGED, stop);
            return verdict;
        }
    }

    /** The network: what was given to it has left. */
    static final class Outside extends MemoryLink {
        private final Path file;
        private final Optional<Point> stop;

        private Outside(Path directory, Point stop) {
            this.file = file(directory);
            this.stop = Optional.of(stop);
        }

        /** One that stops nobody. */
        Outside(Path directory) {
            this.file = file(directory);
            this.stop = Optional.empty();
        }

        static Path file(Path directory) {
            return directory.resolve("outside");
        }

        @Override
        public void send(SiteBody body) {
            if (!(body instanceof SiteBody.Protocol(var message))) {
                super.send(body);
                return;
            }
            switch (message) {
                case SiteMessage.Upload upload -> {
                    passed(Point.RECORDED);
                    write(upload);
                    super.send(body);
                    passed(Point.UPLOADED);
                    passed(Point.UPLOADED_WITH_A_LATE_LEDGER);
                }
                case SiteMessage.Sign _ -> {
                    super.send(body);
                    passed(Point.SIGNED);
                }
                case SiteMessage.Reveal _ -> {
                    super.send(body);
                    passed(Point.REVEALED);
                }
                case SiteMessage.Hello _,
                        SiteMessage.Seed _,
                        SiteMessage.Kem _,
                        SiteMessage.Deal _,
                        SiteMessage.Complaints _,
                        SiteMessage.Confirm _,
                        SiteMessage.BlameAnswer _,
                        SiteMessage.Abort _ ->
                        super.send(body);
            }
        }

        private void passed(Point here) {
            stop.ifPresent(at -> pass(here, at));
        }

        private void write(SiteMessage.Upload upload) {
            var header = HeaderBody.parse(upload.header().body()).orElseThrow();
            var line = header.round().round() + " " + header.vectorHash().hex() + "\n";
            try {
                Files.writeString(
                        file,
                        line,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        StandardOpenOption.SYNC);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
