package io.confide.coordinator.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows guesses of passwords down, by the network they come from ({@link RateLimit#network}) and by the name they are
 * for. Strangers who guess a name all the time cannot keep its person out: in a network where that name was signed in
 * before it has a bucket of its own. That tells others in that network, and nobody outside, that the name is used
 * there. In memory and bounded; confined to one event loop.
 */
final class Guesses {
    private static final int NETWORK_BURST = 20;
    private static final long NETWORK_REFILL_NANOS = 3_000_000_000L;
    private static final int NAME_BURST = 10;
    private static final long NAME_REFILL_NANOS = 15_000_000_000L;
    private static final int FAMILIAR_MAX = 10_000;

    private final RateLimit networks = new RateLimit(NETWORK_BURST, NETWORK_REFILL_NANOS);
    private final RateLimit strangers = new RateLimit(NAME_BURST, NAME_REFILL_NANOS);
    private final RateLimit acquaintances = new RateLimit(NAME_BURST, NAME_REFILL_NANOS);
    private final Map<String, Boolean> familiar =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                    return size() > FAMILIAR_MAX;
                }
            };

    /**
     * Whether a guess may be looked at now, at {@code nanos} of a monotonic clock.
     *
     * @param name empty for the access token, which is not guessed by name
     */
    RateLimit.Verdict take(String network, String name, long nanos) {
        if (networks.take(network, nanos) == RateLimit.Verdict.WAIT) {
            return RateLimit.Verdict.WAIT;
        }
        if (name.isEmpty()) {
            return RateLimit.Verdict.PASS;
        }
        String both = both(network, name);
        return familiar.getOrDefault(both, false)
                ? acquaintances.take(both, nanos)
                : strangers.take(name, nanos);
    }

    /** The guess was right: {@code name} is known in {@code network} from now on. */
    void right(String network, String name) {
        if (!name.isEmpty()) {
            familiar.put(both(network, name), true);
        }
    }

    /** A network has no blank in it, so no two pairs are written alike. */
    private static String both(String network, String name) {
        return network + " " + name;
    }
}
