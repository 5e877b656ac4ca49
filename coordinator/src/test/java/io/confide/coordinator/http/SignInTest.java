package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.PasswordHash;
import io.confide.common.files.Users;
import io.confide.common.files.Users.User;
import io.confide.common.governance.Role;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Sign-ins with a name and a password, right and wrong, and what ends their sessions. */
class SignInTest {
    @TempDir Path directory;
    private PeopleFixture people;

    @BeforeEach
    void start() throws Exception {
        people = new PeopleFixture(directory);
    }

    @AfterEach
    void stop() {
        people.close();
    }

    @Test
    void aNameAndItsPasswordAreASessionOfThatPerson() {
        var me = new JsonObject(read("/me", people.cookie(Role.STEWARD)).body());
        assertEquals("the-steward", me.getString("name"));
        assertEquals(List.of("steward"), me.getJsonArray("roles").getList());
        assertEquals("basel", me.getString("site"));
    }

    @Test
    void aWrongPasswordAndAnUnknownNameAreToldApartByNothing() {
        var wrong = signIn("ada", "not her password");
        var unknown = signIn("nobody", "not her password");
        var token = signIn("administrator", PeopleFixture.TOKEN);
        for (var answer : List.of(wrong, unknown, token)) {
            assertEquals(401, answer.statusCode());
            assertEquals(wrong.body(), answer.body());
            assertEquals(wrong.headers().map().keySet(), answer.headers().map().keySet());
            assertTrue(answer.headers().firstValue("set-cookie").isEmpty());
        }
        assertEquals(List.of("ada", "nobody", "administrator"), people.accounts.checked);
    }

    @Test
    void aBodyIsATokenOrANameWithAPasswordAndNothingElse() {
        for (var body :
                List.of(
                        new JsonObject(),
                        new JsonObject().put("name", "ada"),
                        new JsonObject().put("password", FakeAccounts.PASSWORD),
                        new JsonObject().put("name", "").put("password", FakeAccounts.PASSWORD),
                        new JsonObject().put("name", "ada").put("password", "x".repeat(257)),
                        new JsonObject().put("name", "ada").put("password", "x").put("token", "x"),
                        new JsonObject().put("name", 1).put("password", "x"))) {
            assertEquals(400, people.signIn(body).statusCode(), body.encode());
        }
        assertEquals(List.of(), people.accounts.checked);
    }

    @Test
    void anotherPageCannotSignSomebodyIn() {
        var body =
                new JsonObject().put("name", "ada").put("password", FakeAccounts.PASSWORD).encode();
        var answer =
                people.send(
                        people.request("/api/v1/session")
                                .header("content-type", "application/json")
                                .header("origin", "https://evil.example")
                                .POST(BodyPublishers.ofString(body)));
        assertEquals(403, answer.statusCode());
        assertEquals(List.of(), people.accounts.checked);
    }

    @Test
    void guessesAreSlowedDownByNameWhetherOrNotThereIsSuchAName() {
        for (String name : List.of("nobody", "ada")) {
            people.accounts.checked.clear();
            for (int i = 0; i < 10; i++) {
                int status = signIn(name, "guess " + i).statusCode();
                if (name.equals("nobody")) {
                    assertEquals(401, status);
                } else {
                    assertTrue(status == 401 || status == 429, "by address at the latest");
                }
            }
            var answer = signIn(name, FakeAccounts.PASSWORD);
            assertEquals(429, answer.statusCode(), name);
            assertTrue(answer.headers().firstValue("retry-after").isPresent());
            assertTrue(people.accounts.checked.size() <= 10);
        }
    }

    @Test
    void whoSignedInFromHereBeforeHasGuessesOfOnesOwn() {
        assertEquals(204, signIn("ada", FakeAccounts.PASSWORD).statusCode());
        for (int i = 0; i < 10; i++) {
            // With the sign-in above these are eleven; a stranger has ten.
            assertEquals(401, signIn("ada", "guess " + i).statusCode());
        }
        assertEquals(429, signIn("ada", FakeAccounts.PASSWORD).statusCode());
    }

    @Test
    void nobodyFillsTheMemoryBeforeItIsKnownWhoAsks() {
        String large = "x".repeat(20_000);
        for (String path : List.of("/session", "/enrolments/redeem")) {
            var answer =
                    people.send(
                            people.ours(people.request("/api/v1" + path))
                                    .header("content-type", "application/json")
                                    .POST(BodyPublishers.ofString(large)));
            assertEquals(413, answer.statusCode(), path);
        }
    }

    @Test
    void aSessionEndsWhenItsAccountDoesAndFollowsItsRole() {
        String cookie = people.cookie(Role.RESEARCHER);
        assertEquals(403, read("/audit", cookie).statusCode());
        var ada = people.accounts.user(Role.RESEARCHER);
        people.accounts.users =
                people.accounts.users.with(
                        new User("ada", Role.AUDITOR, Optional.empty(), ada.credential()));
        assertEquals(200, read("/audit", cookie).statusCode());
        var other = PasswordHash.of("another password".toCharArray(), new Random(2));
        people.accounts.users =
                people.accounts.users.with(new User("ada", Role.AUDITOR, Optional.empty(), other));
        assertEquals(401, read("/jobs", cookie).statusCode(), "the password is another");
        assertEquals(204, signIn("ada", "another password").statusCode());
        people.accounts.users = people.accounts.users.without("ada");
        assertEquals(401, signIn("ada", "another password").statusCode());
    }

    @Test
    void theSignInSaysWhetherThereAreAccounts() {
        assertTrue(ways());
        people.accounts.users = Users.NONE;
        assertFalse(ways());
        assertEquals(
                204,
                people.signIn(new JsonObject().put("token", PeopleFixture.TOKEN)).statusCode(),
                "the token goes on working");
    }

    private boolean ways() {
        return new JsonObject(people.send(people.request("/api/v1/session")).body())
                .getBoolean("accounts");
    }

    private HttpResponse<String> signIn(String name, String password) {
        return people.signIn(new JsonObject().put("name", name).put("password", password));
    }

    private HttpResponse<String> read(String path, String cookie) {
        return people.send(people.request("/api/v1" + path).header("cookie", cookie));
    }
}
