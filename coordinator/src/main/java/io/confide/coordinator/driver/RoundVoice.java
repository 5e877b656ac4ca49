package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the coordinator asks for in one round. A round may end in the very commit after which something was to be said in it:
 * then it is not said, because a site that signs or reveals for a round that has failed can give it up no more.
 */
final class RoundVoice {
    private final JobParts parts;
    private final BooleanSupplier isOver;

    RoundVoice(JobParts parts, BooleanSupplier isOver) {
        this.parts = parts;
        this.isOver = isOver;
    }

    /** Asks {@code site} alone once everything noted so far is durable. */
    void say(SiteId site, CoordinatorMessage message) {
        var alone = new TreeSet<SiteId>();
        alone.add(site);
        say(alone, message);
    }

    /** Asks all of {@code sites} once everything noted so far is durable. */
    void say(SortedSet<SiteId> sites, CoordinatorMessage message) {
        sayLater(sites, () -> Optional.of(message));
    }

    /** As {@link #say}, with a message that is made only then, if there is one. */
    void sayLater(
            SortedSet<SiteId> sites,
            Supplier<? extends Optional<? extends CoordinatorMessage>> message) {
        parts.sendLater(sites, () -> isSilent() ? Optional.empty() : message.get());
    }

    private boolean isSilent() {
        return isOver.getAsBoolean();
    }
}
