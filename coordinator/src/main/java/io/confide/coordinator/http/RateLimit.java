package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.vertx.core.net.SocketAddress;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket per {@link #network}, or per name: {@code burst} requests at once, then one every {@code refillNanos}.
 * Not for several threads.
 */
final class RateLimit {
    private static final int ADDRESSES_MAX = 10_000;
    private static final int NETWORK_BYTES = 8;

    private final int burst;
    private final long refillNanos;
    private final Map<String, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                    return size() > ADDRESSES_MAX;
                }
            };

    RateLimit(int burst, long refillNanos) {
        this.burst = burst;
        this.refillNanos = refillNanos;
    }

    enum Verdict {
        PASS,
        WAIT
    }

    /**
     * Whom a bucket belongs to: an IPv4 address, or the first 64 bits of an IPv6 address, because whoever has one of
     * these usually has all with the same beginning.
     */
    static String network(SocketAddress remote) {
        String address = String.valueOf(remote.hostAddress());
        if (!address.contains(":")) {
            return address;
        }
        int scope = address.indexOf('%');
        var parsed = InetAddress.ofLiteral(scope < 0 ? address : address.substring(0, scope));
        byte[] bytes = parsed.getAddress();
        return bytes.length <= NETWORK_BYTES
                ? parsed.getHostAddress()
                : Bytes.wrap(Arrays.copyOf(bytes, NETWORK_BYTES)).hex() + "/64";
    }

    /** Takes one from the bucket of {@code address} at {@code nanos} of a monotonic clock. */
    Verdict take(String address, long nanos) {
        var bucket = buckets.getOrDefault(address, new Bucket(burst, nanos));
        long refilled = Math.min(burst, bucket.left() + (nanos - bucket.since()) / refillNanos);
        if (refilled == 0) {
            return Verdict.WAIT;
        }
        long since =
                refilled == burst
                        ? nanos
                        : bucket.since() + (refilled - bucket.left()) * refillNanos;
        buckets.put(address, new Bucket(refilled - 1, since));
        return Verdict.PASS;
    }

    private record Bucket(long left, long since) {}
}
