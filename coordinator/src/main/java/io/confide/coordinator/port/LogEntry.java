package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.server.KeptEpoch;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One durable fact about a job. Facts that belong together are appended together. */
public sealed interface LogEntry {
    /** A round is about to be opened with these signed bytes. */
    record RoundOpened(long round, long epoch, String task, Instant at, SignedBody open)
            implements LogEntry {}

    /** Event number {@code sequence} (from 0, dense) of a round. */
    record RoundHappened(long round, long sequence, RoundEvent event) implements LogEntry {}

    /** R1: the one input of {@code site} in a round; a second one is refused by the database. */
    record UploadFolded(long round, SiteId site, Digest vectorHash, Bytes signature)
            implements LogEntry {}

    record RoundEnded(RoundView view) implements LogEntry {}

    /** The signed Result of a round, before anybody sees it; {@code newModel} if it is DONE and made a model. */
    record ResultSigned(long round, SignedBody result, NewModel newModel) implements LogEntry {
        /** Whether every later Open shows this result (K10). */
        public enum NewModel {
            MADE,
            NONE
        }
    }

    /** With what one leaf of the sum can be recomputed; durable with the {@link ResultSigned} that it contains. */
    record RoundAudited(long round, Bytes record) implements LogEntry {}

    /** Sites were asked to open a sum over these, whether or not it came out; later ones keep their distance (K17). */
    record SumFixed(long round, SortedSet<SiteId> included) implements LogEntry {
        public SumFixed {
            included = Collections.unmodifiableSortedSet(new TreeSet<>(included));
        }
    }

    /** Enough sites gave a failed round up: what proves it to the sites that are asked for the same inputs again (K27). */
    record RoundWithdrawn(long round, AbortCert proof) implements LogEntry {}

    /** The decoded sums of an evaluation. */
    record Evaluated(long round, Map<String, double[]> sums) implements LogEntry {
        public Evaluated {
            sums = Map.copyOf(sums);
        }
    }

    /**
     * A process of {@code site} has come that was not known to this job before.
     *
     * @param bootId what it calls itself
     * @param life how many have come of this site, this one included
     */
    record SiteMet(SiteId site, Bytes bootId, long life) implements LogEntry {}

    /** Sites are asked to make keys under this number, which is never used again; durable before the first of them is. */
    record EpochBegun(long epoch) implements LogEntry {}

    /**
     * Keys are certified; durable before the certificate leaves.
     *
     * @param holders which {@link SiteMet#life} of each accepted site holds its secrets
     * @param oldest those before it are not needed any more
     */
    record EpochMade(KeptEpoch epoch, SortedMap<SiteId, Long> holders, long oldest)
            implements LogEntry {
        public EpochMade {
            holders = Collections.unmodifiableSortedMap(new TreeMap<>(holders));
        }
    }

    /** The newest model of {@code slot} (a fold or the final model); replaces the slot's older one. */
    record ModelMade(String slot, Digest hash, Bytes state) implements LogEntry {}

    /** What people see of the job changed. */
    record JobChanged(JobView view) implements LogEntry {}

    record EventShown(EventView event) implements LogEntry {}

    /** The files of a completed job, by name. */
    record ArtifactsMade(Digest modelHash, Instant at, Map<String, Bytes> files)
            implements LogEntry {
        public ArtifactsMade {
            files = Map.copyOf(files);
        }
    }
}
