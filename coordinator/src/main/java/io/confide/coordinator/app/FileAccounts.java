package io.confide.coordinator.app;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.Users;
import io.confide.common.files.Users.Credential;
import io.confide.common.files.Users.User;
import io.confide.common.files.UsersFile;
import io.confide.common.model.ConfideException;
import io.confide.coordinator.port.Accounts;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The accounts in {@code users.yaml}, taken over when the file changes. While the file has mistakes nobody has an account;
 * the log says which mistakes, and the access token goes on working.
 */
public final class FileAccounts implements Accounts {
    private static final Logger LOG = LoggerFactory.getLogger(FileAccounts.class);

    private final Path file;
    private final PasswordHash nobody;
    private volatile Known known = new Known("", Users.NONE);

    private FileAccounts(Path file, RandomGenerator random) {
        this.file = file;
        this.nobody = PasswordHash.ofNobody(random);
    }

    /** @param state of the file when it was read; changes with every write */
    private record Known(String state, Users users) {}

    /**
     * Reads {@code file}, which may be missing.
     *
     * @throws ConfideException BAD_FILE with every mistake: a coordinator does not start with a broken list of people
     */
    public static FileAccounts open(Path file, RandomGenerator random) {
        var accounts = new FileAccounts(file, random);
        accounts.known = accounts.read(accounts.state());
        return accounts;
    }

    /** Takes over what has changed. Blocking. */
    public void refresh() {
        String state = state();
        if (state.equals(known.state())) {
            return;
        }
        try {
            known = read(state);
            LOG.info("event=accountsRead accounts={}", known.users().all().size());
        } catch (ConfideException e) {
            known = new Known(state, Users.NONE);
            LOG.error("event=accountsUnreadable why=\"{}\"", e.getMessage());
        }
    }

    private Known read(String state) {
        return new Known(state, state.isEmpty() ? Users.NONE : UsersFile.load(file));
    }

    private String state() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return "%s %d %s"
                    .formatted(
                            attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public boolean any() {
        refresh();
        return !known.users().all().isEmpty();
    }

    @Override
    public Optional<User> find(String name) {
        return known.users().find(name);
    }

    @Override
    public Optional<User> identified(String identity) {
        refresh();
        return known.users().identified(identity);
    }

    @Override
    public Optional<User> check(String name, char[] password) {
        refresh();
        var user = find(name);
        // Whoever has no password here takes as long as everybody else.
        var hash =
                user.map(User::credential)
                        .map(
                                credential ->
                                        switch (credential) {
                                            case Credential.Password(var known) -> known;
                                            case Credential.Identity _ -> nobody;
                                        })
                        .orElse(nobody);
        boolean fits = hash.fits(password);
        return user.filter(_ -> fits && hash != nobody);
    }
}
