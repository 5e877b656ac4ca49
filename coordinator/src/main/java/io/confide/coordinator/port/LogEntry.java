package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import java.time.Instant;
import java.util.Map;

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
