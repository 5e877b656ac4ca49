package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Models that sites need now and another member has. */
final class ClusterModels {
    private static final Duration BOUND = Duration.ofSeconds(2);

    private final Bus bus;
    private final Supplier<List<String>> others;

    ClusterModels(Bus bus, Supplier<List<String>> others) {
        this.bus = bus;
        this.others = others;
    }

    Optional<Bytes> elsewhere(Digest hash) {
        return bus.askAll(others.get(), new PeerMail.ModelBytes(hash), BOUND).stream()
                .flatMap(answer -> model(answer).stream())
                .findFirst();
    }

    static byte[] answer(Optional<Bytes> model) {
        return model.map(
                        bytes ->
                                ByteBuffer.allocate(1 + bytes.length())
                                        .put((byte) 1)
                                        .put(bytes.unsafeArray())
                                        .array())
                .orElseGet(() -> new byte[0]);
    }

    private static Optional<Bytes> model(byte[] answer) {
        return answer.length == 0
                ? Optional.empty()
                : Optional.of(Bytes.wrap(Arrays.copyOfRange(answer, 1, answer.length)));
    }
}
