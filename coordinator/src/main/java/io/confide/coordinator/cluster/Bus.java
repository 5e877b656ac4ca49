package io.confide.coordinator.cluster;

import io.confide.common.files.CoordinatorConfig.Listener;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.wire.WireException;
import io.confide.coordinator.port.MemberIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * How members talk: Vert.x's clustered event bus under mutual TLS 1.3. What one member tells another arrives in the order in
 * which it was told, or not at all.
 */
final class Bus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final int START_SECONDS_MAX = 60;
    private static final int CLOSE_SECONDS_MAX = 5;
    private static final String ADDRESS = "confide.member.";

    private final Vertx vertx;
    private final Context context;
    private final String self;

    private Bus(Vertx vertx, String self) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.self = self;
    }

    /** What answers a question; may block. */
    interface Answering {
        /** @param member who asks */
        byte[] answer(String member, PeerMail.Asked question);
    }

    static Bus open(Membership membership, Listener address, MemberIdentity identity) {
        var options =
                new EventBusOptions()
                        .setHost(address.address())
                        .setPort(address.port())
                        .setSsl(true)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .addKeyValue(Buffer.buffer(identity.key()))
                                        .addCertValue(Buffer.buffer(identity.certificate())))
                        .setTrustOptions(
                                new PemTrustOptions()
                                        .addCertValue(Buffer.buffer(identity.authority())))
                        .setClientAuth(ClientAuth.REQUIRED);
        var starting =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setEventBusOptions(options)
                                        .setEventLoopPoolSize(1)
                                        .setInternalBlockingPoolSize(2))
                        .withClusterManager(new HazelcastClusterManager(membership.hazelcast()))
                        .buildClustered();
        return new Bus(await(starting, START_SECONDS_MAX), membership.self());
    }

    /**
     * Takes what comes from now on; returns when the others can reach this member.
     *
     * @param told called on one event loop, in order, with the member that speaks
     */
    void listen(BiConsumer<String, PeerMail.Told> told, Answering answering) {
        var heard = Promise.<Void>promise();
        context.runOnContext(
                _ ->
                        vertx.eventBus()
                                .<Buffer>consumer(
                                        ADDRESS + self,
                                        message -> received(message, told, answering))
                                .completion()
                                .onComplete(heard));
        await(heard.future(), START_SECONDS_MAX);
    }

    private void received(
            Message<Buffer> message, BiConsumer<String, PeerMail.Told> told, Answering answering) {
        try {
            switch (PeerReader.mail(message.body().getBytes())) {
                case PeerMail.Told mail -> told.accept(message.headers().get("from"), mail);
                case PeerMail.Asked question -> answer(message, question, answering);
            }
        } catch (WireException e) {
            LOG.warn("event=badPeerMail what=\"{}\"", e.getMessage());
            message.fail(
                    ErrorCode.PROTOCOL.number(),
                    "another process of the coordinator runs another version");
        } catch (RuntimeException e) {
            LOG.error("event=peerMailFailed", e);
        }
    }

    private void answer(Message<Buffer> message, PeerMail.Asked question, Answering answering) {
        var member = String.valueOf(message.headers().get("from"));
        vertx.executeBlocking(() -> Buffer.buffer(answering.answer(member, question)), false)
                .onSuccess(message::reply)
                .onFailure(
                        failure -> {
                            if (failure instanceof ConfideException known) {
                                message.fail(known.code().number(), known.sentence());
                            } else {
                                LOG.error("event=peerQuestionFailed", failure);
                                message.fail(
                                        ErrorCode.INTERNAL.number(),
                                        "another process of the coordinator made a mistake; see its"
                                                + " log");
                            }
                        });
    }

    void tell(String member, PeerMail.Told mail) {
        vertx.eventBus().send(ADDRESS + member, Buffer.buffer(PeerWriter.of(mail)), from());
    }

    /**
     * Asks and waits for the answer; never called on an event loop.
     *
     * @throws ConfideException what the other refused with, or UNREACHABLE if it has not answered in time
     */
    byte[] ask(String member, PeerMail.Asked question, Duration bound) {
        return answer(request(member, question, bound));
    }

    /** Asks all {@code members} at once, as {@link #ask}; returns the answers of those that answered, in the same order. */
    List<byte[]> askAll(List<String> members, PeerMail.Asked question, Duration bound) {
        var replies = members.stream().map(member -> request(member, question, bound)).toList();
        var answers = new ArrayList<byte[]>();
        for (var reply : replies) {
            try {
                answers.add(answer(reply));
            } catch (ConfideException e) {
                // Whoever is gone will be missed soon; the others know what they know.
                LOG.info("event=memberSilent what={}", PeerKind.of(question), e);
            }
        }
        return answers;
    }

    private Future<Message<Buffer>> request(
            String member, PeerMail.Asked question, Duration bound) {
        return vertx.eventBus()
                .request(
                        ADDRESS + member,
                        Buffer.buffer(PeerWriter.of(question)),
                        from().setSendTimeout(bound.toMillis()));
    }

    private static byte[] answer(Future<Message<Buffer>> reply) {
        try {
            return reply.toCompletionStage().toCompletableFuture().get().body().getBytes();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReplyException refused ? refusal(refused) : away(e);
        }
    }

    private static ConfideException refusal(ReplyException refused) {
        for (var code : ErrorCode.values()) {
            if (code.number() == refused.failureCode()) {
                return new ConfideException(code, String.valueOf(refused.getMessage()), refused);
            }
        }
        return away(refused);
    }

    private static ConfideException away(Exception cause) {
        return new ConfideException(
                ErrorCode.UNREACHABLE,
                "The coordinator's process that leads the job does not answer; try again in a few"
                        + " seconds.",
                cause);
    }

    private DeliveryOptions from() {
        return new DeliveryOptions().addHeader("from", self);
    }

    private static <T> T await(Future<T> future, int seconds) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unopened(e);
        } catch (ExecutionException | TimeoutException e) {
            throw unopened(e);
        }
    }

    private static ConfideException unopened(Exception cause) {
        return new ConfideException(
                ErrorCode.PORT_IN_USE,
                "The bus of the cluster cannot be opened; is the port of cluster.bus in use?",
                cause);
    }

    @Override
    public void close() {
        try {
            await(vertx.close(), CLOSE_SECONDS_MAX);
        } catch (ConfideException e) {
            LOG.warn("event=busNotClosed", e);
        }
    }
}
