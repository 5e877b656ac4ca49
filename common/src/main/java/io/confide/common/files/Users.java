package io.confide.common.files;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Role;
import io.confide.common.model.SiteId;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may sign in, by name. One person has one role (note 50 §4.2, separation of duties). */
public record Users(List<User> all) {
    public static final Users NONE = new Users(List.of());

    /** What somebody may be, in the order of the design. */
    public static final Set<Role> ROLES =
            Collections.unmodifiableSet(EnumSet.range(Role.STEWARD, Role.AUDITOR));

    public Users {
        all = all.stream().sorted(Comparator.comparing(User::name)).toList();
    }

    /** @param site of a steward or an operator; nobody else has one */
    public record User(String name, Role role, Optional<SiteId> site, PasswordHash password) {
        /** Who this is in the event log and for decisions. */
        public Actor actor() {
            return new Actor(name, Set.of(role), site);
        }
    }

    public Optional<User> find(String name) {
        return all.stream().filter(user -> user.name().equals(name)).findFirst();
    }

    /** These users with {@code user} instead of whoever has that name. */
    public Users with(User user) {
        var users = new ArrayList<>(without(user.name()).all());
        users.add(user);
        return new Users(users);
    }

    public Users without(String name) {
        return new Users(all.stream().filter(user -> !user.name().equals(name)).toList());
    }

    /** What is wrong with {@code site} for somebody who is {@code role}, if anything. */
    public static Optional<String> siteFault(Role role, Optional<?> site) {
        boolean bound = role == Role.STEWARD || role == Role.OPERATOR;
        if (bound && site.isEmpty()) {
            return Optional.of("is missing: a steward or an operator belongs to one site.");
        }
        return !bound && site.isPresent()
                ? Optional.of("is only for a steward or an operator. Leave it out.")
                : Optional.empty();
    }
}
