package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.secagg.CoordinatorMessage;

import java.util.List;
import java.util.Set;

/**
 * The same process once more, with one check less: same keys, same messages, same inputs. What it takes and the real one
 * refuses shows that it was this check that refused, and no other.
 *
 * @param seed of the keys of {@code site}, which must have been made by {@link #keys}
 */
record Twin(Consortium consortium, int site, long seed) {
    /** Makes {@code site} one that can have twins; before the set-up. */
    static Twin of(Consortium consortium, int site) {
        var twin = new Twin(consortium, site, 7000L + site);
        consortium.sites.set(site, consortium.newSite(site, twin.keys()));
        return twin;
    }

    KeySource keys() {
        return KeySource.of(Consortium.seeded(seed));
    }

    /** Its memory as of now: another process that took the same messages, with these checks off. */
    SiteProtocol without(Check... off) {
        var setting = consortium.setting(site);
        var ports = setting.ports();
        var other =
                new SiteSetting(
                        setting.job(),
                        site,
                        setting.identity(),
                        setting.roster(),
                        setting.codecHash(),
                        setting.archHash(),
                        setting.limits(),
                        new SiteSetting.Ports(
                                new MemoryRecords(),
                                new MemoryRecords(),
                                ports.rules(),
                                ports.random(),
                                ports.clock()));
        var checks = ActiveChecks.without(setting.roster(), Set.of(off));
        var protocol = new SiteProtocol(other, checks, keys());
        for (View.Taken taken : consortium.view.taken) {
            if (taken.site() == site) {
                switch (taken) {
                    case View.Taken.Message message -> protocol.on(message.message());
                    case View.Taken.Input input ->
                            protocol.input(
                                    input.round(), input.words().clone(), Consortium.dataVersion());
                }
            }
        }
        return protocol;
    }

    /** At least one of {@code messages}, all refused with {@code check} on, gets past it with the check off. */
    void requireBites(Check check, List<? extends CoordinatorMessage> messages) {
        assertTrue(
                messages.stream().anyMatch(message -> getsPast(check, message)),
                () -> "with " + check + " off the same is refused");
    }

    private boolean getsPast(Check check, CoordinatorMessage message) {
        SiteProtocol protocol = without(check);
        try {
            return !(protocol.on(message) instanceof Reaction.Refused refused)
                    || refused.refusal().check() != check;
        } catch (RuntimeException e) {
            // What the check keeps out may be too broken to go on with.
            return true;
        }
    }
}
