package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Sessions and requests as browsers send them, and as other pages would have a browser send them. */
class GateTest {
    private static final String SESSION = "/api/v1/session";
    private static final String CANCEL = "/api/v1/jobs/" + FakeDesk.JOB + "/cancel";

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
    void theTokenTypedOnceIsASessionInACookieThatScriptsAndOtherSitesDoNotGet() {
        var answer = signIn(PeopleFixture.TOKEN);
        assertEquals(204, answer.statusCode(), answer.body());
        String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        assertTrue(cookie.startsWith("__Host-confide="), cookie);
        for (String attribute :
                List.of("; Secure", "; HTTPOnly", "; SameSite=Strict", "; Path=/")) {
            assertTrue(cookie.contains(attribute), cookie);
        }
        assertFalse(cookie.contains("Domain"));
        assertFalse(cookie.contains(PeopleFixture.TOKEN));
        assertEquals(200, read("/api/v1/jobs", cookie(answer)).statusCode());
        assertEquals(
                "administrator",
                new JsonObject(read("/api/v1/me", cookie(answer)).body()).getString("name"));
    }

    @Test
    void blanksThatCameAlongWithThePastedTokenDoNotMatter() {
        assertEquals(204, signIn(" " + PeopleFixture.TOKEN + "\n").statusCode());
    }

    @Test
    void anythingButTheTokenIsRefusedAndGivesNoCookie() {
        for (String wrong :
                List.of(
                        "x",
                        PeopleFixture.TOKEN.substring(1),
                        PeopleFixture.TOKEN + "0",
                        "0".repeat(PeopleFixture.TOKEN.length()))) {
            var answer = signIn(wrong);
            refused(answer, 401, "UNAUTHORISED");
            assertTrue(answer.headers().firstValue("set-cookie").isEmpty());
        }
    }

    @Test
    void signInsFromOneAddressAreLimitedEvenWithTheRightToken() {
        for (int i = 0; i < 20; i++) {
            refused(signIn("guess " + i), 401, "UNAUTHORISED");
        }
        var answer = signIn(PeopleFixture.TOKEN);
        refused(answer, 429, "TOO_OFTEN");
        assertTrue(answer.headers().firstValue("retry-after").isPresent());
    }

    @Test
    void anotherPageCannotSignSomebodyIn() {
        refused(send(typed(PeopleFixture.TOKEN)), 403, "DENIED");
        refused(send(typed(PeopleFixture.TOKEN).header("origin", origin())), 403, "DENIED");
        refused(
                send(
                        typed(PeopleFixture.TOKEN)
                                .header(Gate.PAGE_HEADER, "person")
                                .header("origin", "https://evil.example")),
                403,
                "DENIED");
    }

    @Test
    void aForeignPageChangesNothingWithOurCookie() {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        var form = cancel(cookie);
        refused(send(form), 403, "DENIED");
        refused(send(cancel(cookie).header("origin", origin())), 403, "DENIED");
        refused(send(cancel(cookie).header(Gate.PAGE_HEADER, "person")), 403, "DENIED");
        for (String origin :
                List.of(
                        "null",
                        "https://evil.example",
                        "https://localhost",
                        "http://localhost:" + people.server.port(),
                        origin() + ".evil.example",
                        "https://localhost:1")) {
            refused(
                    send(
                            cancel(cookie)
                                    .header(Gate.PAGE_HEADER, "person")
                                    .header("origin", origin)),
                    403,
                    "DENIED");
        }
        for (String from : List.of("cross-site", "same-site")) {
            refused(
                    send(
                            cancel(cookie)
                                    .header(Gate.PAGE_HEADER, "person")
                                    .header("origin", origin())
                                    .header("sec-fetch-site", from)),
                    403,
                    "DENIED");
            refused(
                    send(
                            people.request("/api/v1/jobs")
                                    .header("cookie", cookie)
                                    .header("sec-fetch-site", from)),
                    403,
                    "DENIED");
        }
        assertEquals(List.of(), people.desk.actors, "nothing of it reached the desk");
        assertEquals(200, send(ours(cancel(cookie))).statusCode());
        assertEquals(List.of("administrator"), people.desk.actors);
    }

    @Test
    void programsShowTheTokenAndNeedNothingOfThis() {
        assertEquals(200, people.post("/jobs/" + FakeDesk.JOB + "/cancel", "").statusCode());
    }

    @Test
    void aWrongTokenIsNotMadeGoodByACookie() {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        refused(
                send(
                        people.request("/api/v1/jobs")
                                .header("cookie", cookie)
                                .header("authorization", "Bearer wrong")),
                401,
                "UNAUTHORISED");
    }

    @Test
    void anInventedOrCutCookieIsNoSession() {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        for (String wrong :
                List.of(
                        "__Host-confide=",
                        "__Host-confide=" + "A".repeat(43),
                        "__Host-confide=" + PeopleFixture.TOKEN,
                        cookie.substring(0, cookie.length() - 1),
                        cookie.replace("__Host-", ""))) {
            refused(read("/api/v1/jobs", wrong), 401, "UNAUTHORISED");
        }
    }

    @Test
    void signingOutEndsTheSessionAtTheServer() {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        refused(send(people.request(SESSION).header("cookie", cookie).DELETE()), 403, "DENIED");
        assertEquals(200, read("/api/v1/jobs", cookie).statusCode(), "another page cannot do it");
        var out = send(ours(people.request(SESSION).header("cookie", cookie).DELETE()));
        assertEquals(204, out.statusCode());
        assertTrue(out.headers().firstValue("set-cookie").orElseThrow().contains("Max-Age=0"));
        refused(read("/api/v1/jobs", cookie), 401, "UNAUTHORISED");
    }

    @Test
    void signingInAgainEndsTheSessionBefore() {
        String first = cookie(signIn(PeopleFixture.TOKEN));
        var again = send(ours(typed(PeopleFixture.TOKEN).header("cookie", first)));
        assertNotEquals(first, cookie(again));
        refused(read("/api/v1/jobs", first), 401, "UNAUTHORISED");
        assertEquals(200, read("/api/v1/jobs", cookie(again)).statusCode());
    }

    @Test
    void anOpenPageThatNobodyUsesDoesNotKeepTheSession() {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        people.passed = Duration.ofMinutes(29);
        assertEquals(
                200,
                send(people.request("/api/v1/jobs")
                                .header("cookie", cookie)
                                .header(Gate.PAGE_HEADER, "background"))
                        .statusCode());
        people.passed = Duration.ofMinutes(31);
        refused(read("/api/v1/jobs", cookie), 401, "UNAUTHORISED");
    }

    @Test
    void whoeverUsesThePageStaysSignedIn() {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        people.passed = Duration.ofMinutes(29);
        assertEquals(200, read("/api/v1/jobs", cookie).statusCode());
        people.passed = Duration.ofMinutes(58);
        assertEquals(200, read("/api/v1/jobs", cookie).statusCode());
    }

    @Test
    void aStreamOfEventsEndsWithItsSession() throws Exception {
        String cookie = cookie(signIn(PeopleFixture.TOKEN));
        var stream =
                people.client.send(
                        people.request("/api/v1/jobs/" + FakeDesk.JOB + "/events")
                                .header("cookie", cookie)
                                .header("accept", "text/event-stream")
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, stream.statusCode());
        assertEquals(':', stream.body().read(), "it begins");
        send(ours(people.request(SESSION).header("cookie", cookie).DELETE()));
        assertThrows(IOException.class, () -> stream.body().readAllBytes(), "and is cut off");
    }

    private HttpResponse<String> signIn(String token) {
        return send(ours(typed(token)));
    }

    private HttpRequest.Builder typed(String token) {
        return people.request(SESSION)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(new JsonObject().put("token", token).encode()));
    }

    private HttpRequest.Builder cancel(String cookie) {
        return people.request(CANCEL).header("cookie", cookie).POST(BodyPublishers.noBody());
    }

    /** As our own page sends it. */
    private HttpRequest.Builder ours(HttpRequest.Builder request) {
        return request.header(Gate.PAGE_HEADER, "person")
                .header("origin", origin())
                .header("sec-fetch-site", "same-origin");
    }

    private HttpResponse<String> read(String path, String cookie) {
        return send(people.request(path).header("cookie", cookie));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return people.send(request);
    }

    private String origin() {
        return "https://localhost:" + people.server.port();
    }

    private static String cookie(HttpResponse<String> answer) {
        String header = answer.headers().firstValue("set-cookie").orElseThrow();
        return header.substring(0, header.indexOf(';'));
    }

    private static void refused(HttpResponse<String> answer, int status, String code) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(code, new JsonObject(answer.body()).getString("code"));
    }
}
