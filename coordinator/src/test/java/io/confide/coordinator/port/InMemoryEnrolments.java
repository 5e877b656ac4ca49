package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Enrolments that a test can look into. */
public final class InMemoryEnrolments implements Enrolments {
    private final Map<Bytes, Token> tokens = new HashMap<>();
    private final SortedMap<SiteId, Enrolment> enrolments = new TreeMap<>();

    @Override
    public synchronized void issue(SiteId site, Bytes secretHash, Instant expires) {
        tokens.put(secretHash, new Token(site, expires, Optional.empty()));
    }

    @Override
    public synchronized Redeemed redeem(
            Bytes secretHash, Instant now, Function<SiteId, Enrolment> enrol) {
        var token = tokens.get(secretHash);
        if (token == null) {
            return new Redeemed.Unknown();
        }
        if (token.used().isPresent()) {
            return new Redeemed.AlreadyUsed(token.site(), token.used().get());
        }
        if (!now.isBefore(token.expires())) {
            return new Redeemed.Expired(token.site(), token.expires());
        }
        enrolments.put(token.site(), enrol.apply(token.site()));
        tokens.put(secretHash, new Token(token.site(), token.expires(), Optional.of(now)));
        return new Redeemed.Accepted(token.site());
    }

    @Override
    public synchronized Optional<Enrolment> find(SiteId site) {
        return Optional.ofNullable(enrolments.get(site));
    }

    @Override
    public synchronized List<Enrolment> all() {
        return List.copyOf(enrolments.values());
    }

    private record Token(SiteId site, Instant expires, Optional<Instant> used) {}
}
