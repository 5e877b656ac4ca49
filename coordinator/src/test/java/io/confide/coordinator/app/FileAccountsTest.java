package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.Users;
import io.confide.common.files.Users.User;
import io.confide.common.files.UsersFile;
import io.confide.common.governance.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What the running coordinator makes of users.yaml while people edit it. */
class FileAccountsTest {
    private static final String PASSWORD = "correct horse battery";
    private static final Users ADA =
            new Users(
                    List.of(
                            new User(
                                    "ada",
                                    Role.ADMIN,
                                    Optional.empty(),
                                    PasswordHash.of(PASSWORD.toCharArray(), new Random(1)))));

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("users.yaml");
    }

    @Test
    void whatIsWrittenMeanwhileCountsAtTheNextSignInOrRefresh() throws Exception {
        var accounts = open();
        assertFalse(accounts.any());
        write(UsersFile.text(ADA));
        assertEquals(Role.ADMIN, check(accounts, PASSWORD).orElseThrow().role());
        assertEquals(Optional.empty(), check(accounts, "not the password"));
        write(UsersFile.text(Users.NONE));
        accounts.refresh();
        assertEquals(Optional.empty(), accounts.find("ada"));
    }

    @Test
    void nobodyHasAnAccountWhileTheFileHasMistakesAndEverybodyAfterwards() throws Exception {
        write(UsersFile.text(ADA));
        var accounts = open();
        write(UsersFile.text(ADA).replace("role: admin", "role: root"));
        assertEquals(Optional.empty(), check(accounts, PASSWORD));
        assertFalse(accounts.any());
        write(UsersFile.text(ADA));
        assertTrue(check(accounts, PASSWORD).isPresent());
        Files.delete(file);
        assertFalse(accounts.any());
    }

    @Test
    void aCoordinatorDoesNotStartWithABrokenListOfPeople() throws Exception {
        write("users: [ada]\n");
        var e = assertThrows(ConfideException.class, this::open);
        assertEquals(ErrorCode.BAD_FILE, e.code());
        assertTrue(e.getMessage().contains("users.yaml"), e.getMessage());
    }

    private static Optional<User> check(FileAccounts accounts, String password) {
        return accounts.check("ada", password.toCharArray());
    }

    private FileAccounts open() {
        return FileAccounts.open(file, new Random(2));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }
}
