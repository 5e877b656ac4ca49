package io.confide.participant.link;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.vector.StoredVector;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Moves what is too large for a message: chunks of 4 MiB over HTTP/2, each with its SHA-256, each harmless to repeat, to and
 * from the member of the coordinator that the control connection is at. Blocking; called on the training thread, never on an event loop.
 */
final class DataPlane {
    static final int CHUNK_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);
    private static final long ATTEMPT_MILLIS = 60_000;
    private static final long PAUSE_MILLIS = 200;
    private static final int CONFLICT = 409;

    private final Set<Promise<Buffer>> running = ConcurrentHashMap.newKeySet();
    private volatile URI member;
    // Vert.x closes a client that is no longer referenced, so it lives in a field.
    private final HttpClientAgent client;

    /** @param member where to begin, until {@link #follow} is called */
    DataPlane(Endpoint endpoint, URI member, Vertx vertx) {
        this.member = member;
        this.client =
                vertx.createHttpClient(
                        endpoint.dataOptions(), new PoolOptions().setHttp2MaxSize(1));
    }

    /** Returns the address of the member that everything goes to. */
    URI member() {
        return member;
    }

    /**
     * From now on everything goes to the member at {@code address}; what still runs at another one is broken off there, and its
     * next attempt comes here. Any thread.
     */
    void follow(URI address) {
        if (!address.equals(member)) {
            member = address;
            running.forEach(answer -> answer.tryFail(new AbandonedException("the site moved")));
        }
    }

    /** Nobody waits for an answer any more. */
    private static final class AbandonedException extends IOException {
        private static final long serialVersionUID = 1;

        AbandonedException(String why) {
            super(why);
        }
    }

    /** One attempt at something that may be tried again. */
    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    Bytes fetchModel(Digest hash, long size, long deadlineMillis) {
        byte[] model = new byte[Math.toIntExact(size)];
        int[] at = {0};
        return retried(
                deadlineMillis,
                () -> {
                    while (at[0] < model.length) {
                        at[0] += fetchRange(hash, model, at[0]);
                    }
                    if (!Digest.of(model).equals(hash)) {
                        at[0] = 0;
                        throw new IOException(
                                "the model does not have the hash that was asked for");
                    }
                    return Bytes.wrap(model);
                });
    }

    void uploadInput(JobId job, long round, StoredVector vector, long deadlineMillis) {
        String path = "/v1/jobs/" + job + "/rounds/" + round + "/inputs/";
        int chunks = Math.toIntExact(Math.ceilDiv(vector.length(), CHUNK_BYTES));
        retried(
                deadlineMillis,
                () -> {
                    BitSet have = have(path);
                    for (int chunk = have.nextClearBit(0);
                            chunk < chunks;
                            chunk = have.nextClearBit(chunk + 1)) {
                        putChunk(path, chunk, vector);
                    }
                    return chunks;
                });
    }

    private int fetchRange(Digest hash, byte[] model, int from)
            throws IOException, InterruptedException {
        int length = Math.min(CHUNK_BYTES, model.length - from);
        var options =
                request(HttpMethod.GET, "/v1/models/" + hash.hex())
                        .putHeader("range", "bytes=" + from + "-" + (from + length - 1));
        var body = exchange(options, Buffer.buffer());
        boolean whole = body.length() == model.length && from == 0;
        if (!whole && body.length() != length) {
            throw new IOException("a piece of the model has the wrong length");
        }
        body.getBytes(0, body.length(), model, from);
        return body.length();
    }

    private BitSet have(String path) throws IOException, InterruptedException {
        return BitSet.valueOf(
                exchange(request(HttpMethod.GET, path + "have"), Buffer.buffer()).getBytes());
    }

    private void putChunk(String path, int chunk, StoredVector vector)
            throws IOException, InterruptedException {
        long from = (long) chunk * CHUNK_BYTES;
        byte[] piece = new byte[(int) Math.min(CHUNK_BYTES, vector.length() - from)];
        vector.read(from, piece, piece.length);
        var options =
                request(HttpMethod.PUT, path + "chunks/" + chunk)
                        .putHeader("x-confide-sha256", Digest.of(piece).hex())
                        .putHeader("content-type", "application/octet-stream");
        exchange(options, Buffer.buffer(piece));
    }

    private static RequestOptions request(HttpMethod method, String path) {
        return new RequestOptions().setMethod(method).setURI(path);
    }

    private Buffer exchange(RequestOptions options, Buffer body)
            throws IOException, InterruptedException {
        Promise<Buffer> answer = Promise.promise();
        running.add(answer);
        try {
            // Read only now: a move before this line is obeyed, a later one finds the answer above.
            client.request(Endpoint.at(member, options))
                    .compose(request -> answered(request, body, answer))
                    .onSuccess(answer::tryComplete)
                    .onFailure(answer::tryFail);
            return answer.future()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof ConfideException refused) {
                throw refused;
            }
            throw new IOException(String.valueOf(e.getMessage()), e);
        } finally {
            running.remove(answer);
            answer.tryFail(new AbandonedException("no answer in time"));
        }
    }

    /**
     * Sends {@code body} and hears the whole answer. An answer that nobody waits for takes its stream with it.
     *
     * <p>The body is asked for on the stream's own event loop, before that can read on: a step added to {@link #exchange} instead would
     * be added by its thread, and be told of the head at some later turn of the loop, when the body may have passed unheard.
     */
    private static Future<Buffer> answered(
            HttpClientRequest request, Buffer body, Promise<Buffer> answer) {
        answer.future()
                .onFailure(
                        failure -> {
                            if (failure instanceof AbandonedException) {
                                request.reset();
                            }
                        });
        return (body.length() == 0 ? request.send() : request.send(body))
                .compose(DataPlane::bodyOf);
    }

    private static Future<Buffer> bodyOf(HttpClientResponse response) {
        if (response.statusCode() == CONFLICT) {
            // Asking again would only keep the next round waiting. If it is wanted after all, the
            // coordinator opens the round again.
            return Future.failedFuture(
                    new ConfideException(
                            ErrorCode.CONFLICT,
                            "the coordinator takes no input of this round from this site now"));
        }
        return response.statusCode() / 100 == 2
                ? response.body()
                : Future.failedFuture("status " + response.statusCode());
    }

    private <T> T retried(long deadlineMillis, Attempt<T> attempt) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(deadlineMillis);
        while (true) {
            try {
                return attempt.run();
            } catch (IOException e) {
                LOG.info("event=transferInterrupted reason=\"{}\"", e.getMessage());
                if (System.nanoTime() > until || !paused()) {
                    throw lost(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw lost(e);
            }
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ConfideException lost(Exception cause) {
        return new ConfideException(
                ErrorCode.UNREACHABLE,
                "a transfer to or from "
                        + member
                        + " did not finish in time; the round goes on without this site",
                cause);
    }
}
