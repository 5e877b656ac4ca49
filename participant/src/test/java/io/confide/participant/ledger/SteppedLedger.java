package io.confide.participant.ledger;

import io.confide.common.model.SitePolicy;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.vault.FailingChannel;
import io.confide.participant.vault.Home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A real ledger in a home that says how far it has come with each entry, for a test that stops it there. */
public final class SteppedLedger {
    private SteppedLedger() {}

    /** Within one entry, in this order. */
    public enum Step {
        WRITTEN,
        FORCED,
        WITNESSED
    }

    public static FileLedger open(
            Home home,
            InstantSource clock,
            Supplier<Optional<SitePolicy>> policy,
            Consumer<Step> steps) {
        try {
            PrivateFiles.createDirectory(home.state());
            var channel = new SteppedChannel(PrivateFiles.openChannel(home.ledger()), steps);
            var witness = new SteppedWitness(FileWitness.open(home.ledgerHead()), steps);
            return FileLedger.open(home.ledger(), channel, witness, clock, policy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SteppedChannel extends FailingChannel {
        private final Consumer<Step> steps;

        SteppedChannel(FileChannel file, Consumer<Step> steps) {
            super(file);
            this.steps = steps;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            int written = super.write(source, position);
            steps.accept(Step.WRITTEN);
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            super.force(metaData);
            steps.accept(Step.FORCED);
        }
    }

    private record SteppedWitness(HeadWitness witness, Consumer<Step> steps)
            implements HeadWitness {
        @Override
        public Optional<LedgerHead> newest() {
            return witness.newest();
        }

        @Override
        public void keep(LedgerHead head) {
            witness.keep(head);
            steps.accept(Step.WITNESSED);
        }

        @Override
        public void close() {
            witness.close();
        }
    }
}
