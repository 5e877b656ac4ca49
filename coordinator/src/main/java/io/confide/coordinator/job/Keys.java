package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobState.Epoch;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The keys that rounds have been opened with, and the ones that will take their place (PROTOCOL.md §3.7). The next ones are made
 * beside the rounds, so that a site that joins, or keys that run out, stop nothing.
 */
public record Keys(Epoch current, Next next) {
    static final Keys NONE = new Keys(Epoch.NONE, new Next.Idle(0));

    /** What stands about the epoch after the current one. */
    public sealed interface Next {
        /** Nothing is being made; {@code failures} attempts beside the rounds of the current epoch have failed. */
        record Idle(int failures) implements Next {}

        /** {@code sites} make them now, under the highest epoch number that was used. */
        record Making(SortedSet<SiteId> sites, int failures) implements Next {
            public Making {
                sites = Collections.unmodifiableSortedSet(new TreeSet<>(sites));
            }
        }

        /** No round has used them; the next one does. */
        record Ready(Epoch epoch) implements Next {}
    }

    static Keys of(Epoch current) {
        return new Keys(current, new Next.Idle(0));
    }

    Keys with(Next other) {
        return new Keys(current, other);
    }

    /** The process that held the keys of {@code site} is gone. */
    Keys without(SiteId site) {
        return new Keys(
                current.without(site),
                switch (next) {
                    case Next.Idle idle -> idle;
                    case Next.Making making -> making;
                    case Next.Ready(var epoch) -> new Next.Ready(epoch.without(site));
                });
    }
}
