package io.confide.participant.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.vector.StoredVector;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;

/** The way to the coordinator: a session that survives lost connections, and the data plane beside it. */
public interface CoordinatorLink extends AutoCloseable {
    /** Starts to connect, and goes on for as long as the link is open; what comes goes to {@code inbox}. */
    void open(Inbox inbox);

    /** Queues {@code body}; never blocks. It waits while the connection is away. */
    void send(SiteBody body);

    /**
     * Fetches the model with SHA-256 {@code hash}, {@code size} bytes long. Blocks; retries until {@code deadlineMillis}
     * of waiting are over; then throws ConfideException(UNREACHABLE).
     */
    Bytes fetchModel(Digest hash, long size, long deadlineMillis) throws ConfideException;

    /**
     * Uploads {@code vector} in chunks, continuing where an earlier attempt stopped. Blocks; errors as above, and CONFLICT at
     * once if the round takes no input from this site now.
     */
    void uploadInput(JobId job, long round, StoredVector vector, long deadlineMillis)
            throws ConfideException;

    @Override
    void close();

    /** Called on the link's own thread: implementations only enqueue. */
    interface Inbox {
        /** The coordinator has answered a greeting. */
        void welcomed(CoordinatorBody.Welcome welcome);

        void received(CoordinatorBody body);

        /** The connection is gone; the link is already trying to get it back. */
        void lost();

        /** An attempt to connect has failed, and the next one will come; {@code why} is for the operator. */
        default void unreachable(String why) {}

        /** The link cannot ever work as things are: another authority answers, or the certificate is refused. */
        void failed(ConfideException reason);
    }
}
