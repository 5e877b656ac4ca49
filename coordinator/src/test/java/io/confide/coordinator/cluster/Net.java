package io.confide.coordinator.cluster;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.wire.WireException;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Other members in this process: whatever is said goes through its bytes. */
final class Net implements Peers {
    static final String SELF = "id-a";

    private final Map<String, String> names = new ConcurrentHashMap<>(Map.of(SELF, "a"));
    private final Map<String, Function<PeerMail, byte[]>> members = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();

    /** What a member does with an answer of its own; empty if it dies instead. */
    private final Map<String, BiFunction<PeerMail.Asked, byte[], Optional<byte[]>>> faults =
            new ConcurrentHashMap<>();

    /** @param said what it answers; what is told is answered as well, by nothing */
    void join(String member, String name, Function<PeerMail, byte[]> said) {
        names.put(member, name);
        members.put(member, said);
    }

    void faulty(String member, BiFunction<PeerMail.Asked, byte[], Optional<byte[]>> what) {
        faults.put(member, what);
    }

    int asked(String member) {
        return asked.getOrDefault(member, 0);
    }

    @Override
    public String self() {
        return SELF;
    }

    @Override
    public Map<String, String> names() {
        return Map.copyOf(names);
    }

    @Override
    public byte[] ask(String member, PeerMail.Asked question, Duration bound) {
        asked.merge(member, 1, Integer::sum);
        byte[] answer =
                Optional.ofNullable(members.get(member))
                        .orElseThrow(Net::unreachable)
                        .apply(passed(question));
        return Optional.ofNullable(faults.get(member))
                .map(fault -> fault.apply(question, answer).orElseThrow(Net::unreachable))
                .orElse(answer);
    }

    @Override
    public void tell(String member, PeerMail.Told mail) {
        Optional.ofNullable(members.get(member)).ifPresent(said -> said.apply(passed(mail)));
    }

    private static PeerMail passed(PeerMail mail) {
        try {
            return PeerReader.mail(PeerWriter.of(mail));
        } catch (WireException e) {
            throw new AssertionError(e);
        }
    }

    static ConfideException unreachable() {
        return new ConfideException(ErrorCode.UNREACHABLE, "It does not answer.");
    }
}
