package io.confide.coordinator.port;

import io.confide.common.files.Users.User;

import java.util.Optional;

/** Who may sign in at the page, as it is now. Thread-safe. */
public interface Accounts {
    /** Whether there is any account, which is no secret: the page then asks for a name. Blocks. */
    boolean any();

    /** The account of that name, as it was known a moment ago; empty also if accounts cannot be read. Never blocks. */
    Optional<User> find(String name);

    /** The account of whoever is {@code identity} for the institution's own sign-in. Blocks. */
    Optional<User> identified(String identity);

    /**
     * The account of that name if {@code password} is its password. Takes equally long whether or not there is such an
     * account. Blocks for about a tenth of a second.
     */
    Optional<User> check(String name, char[] password);
}
