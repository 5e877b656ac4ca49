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

    /** What somebody shows to be let in. */
    public sealed interface Credential {
        /** A text that is another one as soon as the credential is: a session does not outlive what it was opened with. */
        String mark();

        /** A password of this coordinator's own. */
        record Password(PasswordHash hash) implements Credential {
            @Override
            public String mark() {
                return hash.phc();
            }
        }

        /** Whom the institution's own sign-in says that this is ({@code signIn.oidc} of coordinator.yaml). */
        record Identity(String subject) implements Credential {
            public static final int LENGTH_MAX = 255;

            @Override
            public String mark() {
                return "identity " + subject;
            }
        }
    }

    /** @param site of a steward or an operator; nobody else has one */
    public record User(String name, Role role, Optional<SiteId> site, Credential credential) {
        /** Somebody with a password. */
        public User(String name, Role role, Optional<SiteId> site, PasswordHash password) {
            this(name, role, site, new Credential.Password(password));
        }

        /** Whether {@code password} is this person's. Blocks for about a tenth of a second if there is one. */
        public boolean fits(char[] password) {
            return switch (credential) {
                case Credential.Password(var hash) -> hash.fits(password);
                case Credential.Identity _ -> false;
            };
        }

        /** Who this is in the event log and for decisions. */
        public Actor actor() {
            return new Actor(name, Set.of(role), site);
        }
    }

    public Optional<User> find(String name) {
        return all.stream().filter(user -> user.name().equals(name)).findFirst();
    }

    /** Who is {@code subject} for the institution's own sign-in. */
    public Optional<User> identified(String subject) {
        var credential = new Credential.Identity(subject);
        return all.stream().filter(user -> user.credential().equals(credential)).findFirst();
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
