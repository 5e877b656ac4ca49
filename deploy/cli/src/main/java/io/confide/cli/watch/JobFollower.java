package io.confide.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.remote.EventStream.Event;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;

/** Follows a job's events to its end, over lost connections: it resumes after the last number it saw. */
public final class JobFollower {
    private static final int TRIES_MAX = 30;
    private static final long PAUSE_MILLIS = 1_000;

    private final RemoteCoordinator coordinator;
    private final String job;

    /** Told of everything that comes in, on the thread that follows. */
    public interface Listener {
        /** The picture as it is after one more event. */
        void changed(JobPicture picture, Event event);

        /** The connection is lost and will be tried again. */
        default void lost(String why) {}
    }

    public JobFollower(RemoteCoordinator coordinator, String job) {
        this.coordinator = coordinator;
        this.job = job;
    }

    /** Follows until the job is over; returns its last view. */
    public JsonNode follow(JobPicture picture, Listener listener)
            throws IOException, InterruptedException {
        long seen = 0;
        int failures = 0;
        while (true) {
            long before = seen;
            try {
                if (picture.progress() == JobPicture.Progress.OVER) {
                    return coordinator.get("jobs/" + job);
                }
                seen = read(picture, listener, seen);
                if (picture.progress() == JobPicture.Progress.RUNNING) {
                    // A job that ended while nobody listened sends no more events.
                    picture.view(coordinator.get("jobs/" + job));
                }
            } catch (ConfideException e) {
                if (e.code() != ErrorCode.UNREACHABLE) {
                    throw e;
                }
                listener.lost(e.getMessage() == null ? "" : e.getMessage());
            }
            failures = seen > before ? 0 : failures + 1;
            giveUpAfter(failures);
            Thread.sleep(Math.min(failures, 1) * PAUSE_MILLIS);
        }
    }

    private long read(JobPicture picture, Listener listener, long after)
            throws IOException, InterruptedException {
        long seen = after;
        try (var events = coordinator.events(job, after)) {
            for (var next = events.next(); next.isPresent(); next = events.next()) {
                var event = next.get();
                seen = Math.max(seen, event.sequence());
                picture.apply(event);
                listener.changed(picture, event);
                if (picture.progress() == JobPicture.Progress.OVER) {
                    break;
                }
            }
        }
        return seen;
    }

    private void giveUpAfter(int failures) {
        if (failures >= TRIES_MAX) {
            throw new ConfideException(
                    ErrorCode.UNREACHABLE,
                    "The coordinator at "
                            + coordinator.address()
                            + " has sent nothing about job "
                            + job
                            + " for a while. Check that it runs; confide job show says how far the"
                            + " job is.");
        }
    }
}
