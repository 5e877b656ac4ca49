package io.confide.coordinator.http;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.Users;
import io.confide.common.files.Users.User;
import io.confide.common.governance.Role;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** One account per role, all with the same password; a researcher is ada, who owns the job of {@link FakeDesk}. */
final class FakeAccounts implements Accounts {
    static final String PASSWORD = "correct horse battery";

    final List<String> checked = new CopyOnWriteArrayList<>();
    private final PasswordHash hash = PasswordHash.of(PASSWORD.toCharArray(), new Random(1));
    volatile Users users = all();

    private Users all() {
        var all = new ArrayList<User>();
        for (var role : Users.ROLES) {
            all.add(user(role));
        }
        return new Users(all);
    }

    User user(Role role) {
        Optional<SiteId> site =
                switch (role) {
                    case STEWARD, OPERATOR -> Optional.of(new SiteId("basel"));
                    case RESEARCHER, ADMIN, AUDITOR, COORDINATOR, PARTICIPANT -> Optional.empty();
                };
        return new User(name(role), role, site, hash);
    }

    static String name(Role role) {
        return role == Role.RESEARCHER
                ? FakeDesk.OWNER
                : "the-" + io.confide.common.files.Words.of(role);
    }

    @Override
    public boolean any() {
        return !users.all().isEmpty();
    }

    @Override
    public Optional<User> find(String name) {
        return users.find(name);
    }

    @Override
    public Optional<User> identified(String identity) {
        return users.identified(identity);
    }

    @Override
    public Optional<User> check(String name, char[] password) {
        checked.add(name);
        return find(name).filter(user -> user.fits(password));
    }
}
