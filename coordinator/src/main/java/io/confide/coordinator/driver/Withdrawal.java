package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.AbortDesk;
import io.confide.common.secagg.server.Acceptance;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/** After a failed round: asks every site of the epoch to give it up, so that its inputs may be used in another. */
final class Withdrawal {
    private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);

    private final JobParts parts;
    private final long round;
    private final AbortDesk desk;

    Withdrawal(JobParts parts, long round, AbortDesk desk) {
        this.parts = parts;
        this.round = round;
        this.desk = desk;
    }

    long round() {
        return round;
    }

    /** Whether {@code site} is in the group of this. */
    boolean concerns(SiteId site) {
        return parts.facts().index(site).isPresent();
    }

    /** Asks whoever has not promised; a site answers as often as it is asked, with the same bytes. */
    void ask(int times) {
        parts.send(parts.facts().sites(desk.missing()), desk.failed());
        parts.after(parts.shell().times().reask(), new Mail.AskAgain(round, times + 1));
    }

    /** Returns the proof once enough sites have promised. */
    Optional<AbortCert> received(SiteId site, SiteMessage.Abort message) {
        int index = parts.facts().index(site).orElseThrow();
        return switch (desk.accept(index, message)) {
            case Acceptance.Accepted _ -> desk.certificate();
            case Acceptance.Rejected(var reason) -> {
                LOG.warn(
                        "event=message-rejected job={} round={} site={} step=abort reason={}",
                        parts.facts().job(),
                        round,
                        site,
                        reason);
                yield Optional.empty();
            }
        };
    }
}
