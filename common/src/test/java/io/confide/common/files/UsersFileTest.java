package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.governance.Role;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;
import java.util.Set;

class UsersFileTest {
    @Test
    void readsWhoMaySignInAndAsWhat() {
        var users = UsersFile.parse(Examples.USERS);
        var ada = users.find("ada").orElseThrow();
        assertEquals(Role.RESEARCHER, ada.role());
        assertTrue(ada.fits("correct horse battery".toCharArray()));
        var steward = users.find("london-steward").orElseThrow().actor();
        assertEquals("london-steward", steward.id());
        assertEquals(Set.of(Role.STEWARD), steward.roles());
        assertEquals(Optional.of(new SiteId("london")), steward.site());
        assertTrue(users.find("nobody").isEmpty());
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        var users = UsersFile.parse(Examples.USERS);
        var text = UsersFile.text(users.with(users.find("ada").orElseThrow()));
        assertEquals(text, UsersFile.text(UsersFile.parse(text)));
        assertEquals(
                List.of("ada", "london-steward"),
                UsersFile.parse(text).all().stream().map(Users.User::name).toList());
        var nobody = UsersFile.text(users.without("ada").without("london-steward"));
        assertEquals(List.of(), UsersFile.parse(nobody).all());
    }

    @Test
    void whoSignsInAtTheInstitutionHasAnIdentityInsteadOfAPassword() {
        String text = "users:\n  - {name: grace, role: auditor, identity: grace@example.org}";
        var users = UsersFile.parse(text);
        var grace = users.identified("grace@example.org").orElseThrow();
        assertEquals("grace", grace.name());
        assertFalse(grace.fits("grace@example.org".toCharArray()));
        assertEquals(users, UsersFile.parse(UsersFile.text(users)));
        for (String wrong :
                List.of(
                        text.replace(", identity: grace@example.org", ""),
                        text.replace("grace@example.org", "\"grace x\""),
                        text.replace("identity:", "password: x, identity:"),
                        text + text.substring(text.indexOf('\n')).replace("grace,", "eve,"))) {
            assertThrows(ConfideException.class, () -> UsersFile.parse(wrong), wrong);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "name: ada | name: Ada | line 2 users[0].name: \"Ada\" must be 1 to 63 lower-case"
                        + " letters, digits and hyphens, beginning with a letter or digit.",
                "name: ada | name: administrator | line 2 users[0].name: \"administrator\" is a"
                        + " name of the coordinator's own. Take another.",
                "name: ada | name: london-steward | line 3 users[1].name: the user"
                        + " \"london-steward\" is listed twice.",
                "role: researcher | role: root | line 2 users[0].role: unknown value \"root\". Use"
                        + " one of: steward, operator, researcher, admin, auditor.",
                "role: researcher | role: coordinator | line 2 users[0].role: unknown value"
                        + " \"coordinator\". ",
                "role: steward, site: london | role: steward | line 3 users[1].site: is missing: a"
                        + " steward or an operator belongs to one site.",
                "role: researcher | role: researcher, site: london | line 2 users[0].site: is only"
                        + " for a steward or an operator. Leave it out.",
                "users: | people: [] | line 1 people: unknown key. Known here: users."
            })
    void refusesEachMistake(String from, String to, String problem) {
        String text =
                from.equals("users:")
                        ? to
                        : Examples.USERS.replaceFirst(java.util.regex.Pattern.quote(from), to);
        var e = assertThrows(ConfideException.class, () -> UsersFile.parse(text));
        assertEquals(ErrorCode.BAD_FILE, e.code());
        assertTrue(
                e.getMessage().replaceAll("line (\\d+) +", "line $1 ").contains(problem),
                e.getMessage());
    }

    @Test
    void aPasswordThatIsNoHashIsRefusedAndNotQuoted() {
        for (String password : List.of("hunter2hunter2", "$argon2id$v=19$m=8,t=1,p=1$abc$def")) {
            var e =
                    assertThrows(
                            ConfideException.class,
                            () ->
                                    UsersFile.parse(
                                            "users:\n  - {name: ada, role: admin, password: \"%s\"}"
                                                    .formatted(password)));
            assertTrue(e.getMessage().contains("set-password"), e.getMessage());
            assertFalse(e.getMessage().contains(password), e.getMessage());
        }
    }
}
