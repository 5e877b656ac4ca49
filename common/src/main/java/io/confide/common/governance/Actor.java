package io.confide.common.governance;

import io.confide.common.files.Words;
import io.confide.common.model.SiteId;

import java.util.Optional;
import java.util.Set;

/**
 * Who asks.
 *
 * @param id for the log, e.g. {@code london/steward}; never a secret
 * @param roles what the actor may be; empty means nothing is permitted
 * @param site whose steward, operator or participant this is
 */
public record Actor(String id, Set<Role> roles, Optional<SiteId> site) {
    public Actor {
        roles = Set.copyOf(roles);
    }

    /** A person or process that belongs to no site. */
    public static Actor of(String id, Role... roles) {
        return new Actor(id, Set.of(roles), Optional.empty());
    }

    /** Somebody at {@code site}, known as {@code site/role}. */
    public static Actor at(SiteId site, Role role) {
        return new Actor(site + "/" + Words.of(role), Set.of(role), Optional.of(site));
    }
}
