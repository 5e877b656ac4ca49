package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;

import io.confide.common.files.CoordinatorConfig.SignOn;
import io.confide.common.files.Users.Credential;
import io.confide.common.files.Users.User;
import io.confide.common.governance.Role;
import io.confide.coordinator.oidc.OpenIdProvider;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Sign-ins by way of the institution's provider, honest and not; the person is at a browser that follows every step. */
class SingleSignOnTest {
    @TempDir Path directory;
    private final Vertx vertx = Vertx.vertx();
    private PeopleFixture people;
    private FakeProvider provider;

    @BeforeEach
    void start() throws Exception {
        start("email");
    }

    private void start(String claim) throws Exception {
        var home = Files.createTempDirectory(directory, "home");
        people =
                new PeopleFixture(
                        home,
                        UnaryOperator.identity(),
                        pki -> {
                            provider =
                                    new FakeProvider(
                                            vertx,
                                            pki.authority.serverIdentity(List.of("localhost")));
                            return Optional.of(openId(home, claim));
                        });
        people.accounts.users = people.accounts.users.with(ada(FakeProvider.ADA));
    }

    private OpenIdProvider openId(Path home, String claim) {
        try {
            Files.writeString(home.resolve("oidc.secret"), FakeProvider.SECRET + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return OpenIdProvider.open(
                new SignOn(
                        provider.issuer(),
                        FakeProvider.CLIENT,
                        Optional.of(Path.of("oidc.secret")),
                        claim,
                        Optional.of(Path.of("authority.pem"))),
                home::resolve);
    }

    private static User ada(String identity) {
        return new User(
                FakeAccounts.name(Role.RESEARCHER),
                Role.RESEARCHER,
                Optional.empty(),
                new Credential.Identity(identity));
    }

    @AfterEach
    void stop() {
        provider.close();
        people.close();
        vertx.close().await();
    }

    @Test
    void whoAgreesThereIsSignedInHereAsWhoeverHasThatIdentity() {
        var begun = begin();
        assertEquals(303, begun.statusCode());
        String cookie = begun.headers().firstValue("set-cookie").orElseThrow();
        for (String part : List.of("Secure", "HTTPOnly", "SameSite=Lax", "Path=/", "Max-Age=600")) {
            assertTrue(cookie.contains(part), cookie);
        }
        var back = callback(provider.agreed(location(begun)), PeopleFixture.cookie(begun));
        assertEquals(200, back.statusCode());
        assertTrue(back.body().contains("url=/\""), back.body());
        String session = session(back).orElseThrow();
        assertEquals("no-store", back.headers().firstValue("cache-control").orElseThrow());
        var me = people.send(people.request("/api/v1/me").header("cookie", session));
        assertEquals(
                FakeAccounts.name(Role.RESEARCHER), new JsonObject(me.body()).getString("name"));
        assertTrue(log().contains("session.open"));
        assertFalse(log().contains(FakeProvider.ADA), "an identity is not for the log");

        people.accounts.users = people.accounts.users.with(ada("somebody-else@example.org"));
        var after = people.send(people.request("/api/v1/me").header("cookie", session));
        assertEquals(401, after.statusCode(), "a session ends with its account's identity");
    }

    @Test
    void thePageIsToldWhereToSignIn() {
        var ways = new JsonObject(people.send(people.request("/api/v1/session")).body());
        assertEquals("localhost", ways.getString("signOn"));
    }

    @Test
    void somebodyWithoutAnAccountIsToldWhomToAskAndGetsNoSession() {
        provider.claims = claims -> claims.claim("email", "<img src=x>&\"eve@example.org");
        var begun = begin();
        var back = callback(provider.agreed(location(begun)), PeopleFixture.cookie(begun));
        assertTrue(session(back).isEmpty());
        assertTrue(
                back.body().contains("--identity &lt;img src=x&gt;&amp;&quot;eve@"), back.body());
        assertFalse(back.body().contains("<img"), back.body());
    }

    @ParameterizedTest
    @EnumSource(names = "RIGHT", mode = EnumSource.Mode.EXCLUDE)
    void aTokenThatTheProvidersOwnKeyHasNotSignedIsNone(FakeProvider.Signing signing) {
        provider.signing = signing;
        refused("refused");
    }

    @Test
    void aTokenForSomethingElseIsNone() {
        var now = Instant.now();
        List<UnaryOperator<JWTClaimsSet.Builder>> lies =
                List.of(
                        claims -> claims.claim("nonce", "another"),
                        claims -> claims.claim("nonce", null),
                        claims -> claims.audience("another-client"),
                        claims -> claims.issuer("https://evil.example"),
                        claims -> claims.expirationTime(Date.from(now.minusSeconds(90))),
                        claims -> claims.issueTime(Date.from(now.plusSeconds(600))),
                        claims -> claims.claim("email_verified", false),
                        claims -> claims.claim("email_verified", "true"),
                        claims -> claims.claim("email", null),
                        claims -> claims.claim("email", List.of(FakeProvider.ADA)));
        for (var lie : lies) {
            provider.claims = lie;
            refused("refused");
        }
        provider.claims = UnaryOperator.identity();
        var begun = begin();
        var honest = callback(provider.agreed(location(begun)), PeopleFixture.cookie(begun));
        assertTrue(session(honest).isPresent(), "without a lie the same way leads in");
    }

    @Test
    void aCodeIsGoodForOneBrowserAndOneTime() {
        var victim = begin();
        var attacker = begin();
        var code = provider.agreed(location(attacker));
        // Somebody else's code, in the browser of the victim; then without any cookie; then with
        // the attacker's state.
        assertTold("stale", callback(code, PeopleFixture.cookie(victim)));
        assertTold("stale", callback(code, "x=y"));
        var mixed =
                URI.create(
                        code.toString()
                                .replaceAll(
                                        "state=.*",
                                        "state="
                                                + FakeProvider.query(location(victim))
                                                        .get("state")));
        assertTold("refused", callback(mixed, PeopleFixture.cookie(victim)));

        var begun = begin();
        var used = provider.agreed(location(begun));
        assertTrue(session(callback(used, PeopleFixture.cookie(begun))).isPresent());
        assertTold("refused", callback(used, PeopleFixture.cookie(begun)));
    }

    @Test
    void aPersonWhoDeclinesThereIsBackAtTheSignIn() {
        var begun = begin();
        String state = FakeProvider.query(location(begun)).get("state");
        var back =
                people.send(
                        people.request(SingleSignOn.BACK + "?error=access_denied&state=" + state)
                                .header("cookie", PeopleFixture.cookie(begun)));
        assertTold("refused", back);
    }

    @Test
    void aProviderMayChangeItsKeys() {
        var first = begin();
        assertTrue(
                session(callback(provider.agreed(location(first)), PeopleFixture.cookie(first)))
                        .isPresent());
        provider.key = FakeProvider.newKey();
        var second = begin();
        assertTrue(
                session(callback(provider.agreed(location(second)), PeopleFixture.cookie(second)))
                        .isPresent());
    }

    @Test
    void aProviderThatIsAwayIsToldAndComesBack() {
        provider.close();
        assertTold("unreachable", begin());
    }

    @Test
    void theSubjectIsAnIdentityToo() throws Exception {
        stopServers();
        start("sub");
        people.accounts.users = people.accounts.users.with(ada("subject-1"));
        var begun = begin();
        assertFalse(location(begun).toString().contains("email"));
        var back = callback(provider.agreed(location(begun)), PeopleFixture.cookie(begun));
        assertTrue(session(back).isPresent());
    }

    @Test
    void attemptsOfOneNetworkAreSlowedDown() {
        String last = "";
        for (int i = 0; i < 100 && !last.contains("busy"); i++) {
            last = begin().body();
        }
        assertTrue(last.contains("refused=busy"), last);
    }

    @Test
    void aBrowserUnderAnotherNameIsFirstSentToTheNameThatIsRegistered() throws Exception {
        var other =
                HttpRequest.newBuilder(
                        URI.create(
                                "https://127.0.0.1:" + people.server.port() + SingleSignOn.BEGIN));
        var moved = people.client.send(other.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(
                "https://localhost:" + people.server.port() + SingleSignOn.BEGIN + "?moved",
                location(moved).toString());
        assertTrue(moved.headers().firstValue("set-cookie").isEmpty());
    }

    private void stopServers() {
        provider.close();
        people.close();
    }

    private HttpResponse<String> begin() {
        return people.send(people.request(SingleSignOn.BEGIN));
    }

    private HttpResponse<String> callback(URI back, String cookie) {
        return people.send(
                people.request(back.getPath() + "?" + back.getRawQuery())
                        .header("cookie", cookie)
                        .header("sec-fetch-site", "cross-site"));
    }

    private void refused(String word) {
        var begun = begin();
        var back = callback(provider.agreed(location(begun)), PeopleFixture.cookie(begun));
        assertTold(word, back);
    }

    private static void assertTold(String word, HttpResponse<String> answer) {
        assertTrue(session(answer).isEmpty(), "no session");
        assertTrue(answer.body().contains("url=/signin?refused=" + word + "\""), answer.body());
    }

    private static Optional<String> session(HttpResponse<String> answer) {
        return answer.headers().allValues("set-cookie").stream()
                .filter(header -> header.startsWith(Gate.COOKIE + "="))
                .map(header -> header.substring(0, header.indexOf(';')))
                .findFirst();
    }

    private static URI location(HttpResponse<String> answer) {
        return URI.create(answer.headers().firstValue("location").orElseThrow());
    }

    private String log() {
        try {
            return Files.readString(people.log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
