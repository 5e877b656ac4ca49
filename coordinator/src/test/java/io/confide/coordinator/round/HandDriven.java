package io.confide.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A round of the sites a, b, c, .. that is moved by hand. */
final class HandDriven {
    static final RoundRules RULES = new RoundRules(3, 3, 3, RoundRules.Vote.ALWAYS);
    static final List<SiteId> SITES =
            List.of(site("a"), site("b"), site("c"), site("d"), site("e"));

    private HandDriven() {}

    /** A round of the first {@code n} sites. */
    static RoundState open(int n) {
        return open(RULES, n);
    }

    static RoundState open(RoundRules rules, int n) {
        var all = new TreeSet<>(SITES.subList(0, n));
        return RoundMachine.open(rules, all, all).next();
    }

    static RoundState after(RoundState state, RoundEvent... events) {
        var next = state;
        for (var event : events) {
            next = RoundMachine.step(next, event).next();
        }
        return next;
    }

    static RoundState.FailureReason reason(RoundState state) {
        return assertInstanceOf(RoundState.Failed.class, state).reason();
    }

    static SiteId site(String name) {
        return new SiteId(name);
    }

    static SortedSet<SiteId> set(String... names) {
        var set = new TreeSet<SiteId>();
        for (var name : names) {
            set.add(site(name));
        }
        return set;
    }

    static RoundEvent folded(String name) {
        return folded(site(name));
    }

    static RoundEvent folded(SiteId site) {
        return new RoundEvent.InputFolded(site, new UploadProof(Digest.ZERO.value(), Bytes.EMPTY));
    }

    static RoundEvent lost(String name) {
        return new RoundEvent.SiteLost(site(name));
    }

    static RoundEvent returned(String name) {
        return new RoundEvent.SiteReturned(site(name));
    }

    static RoundEvent stayedAway(String name) {
        return new RoundEvent.GracePassed(site(name));
    }

    static RoundEvent declined(String name) {
        return new RoundEvent.SiteDeclined(site(name), "K10");
    }

    static RoundEvent signed(String name) {
        return signed(site(name));
    }

    static RoundEvent signed(SiteId site) {
        return new RoundEvent.SignVerified(site, Bytes.EMPTY);
    }

    static RoundEvent revealed(String name) {
        return new RoundEvent.RevealVerified(site(name));
    }
}
