package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.governance.Role;
import io.confide.common.model.SiteId;
import io.confide.coordinator.pki.TestPki;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the event log keeps of people who are refused, and of sites that enrol. */
class DenialsTest {
    private static final String FILES = "{\"job\": \"name: pbc\", \"study\": \"name: pbc\"}";

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
    void aReadThatIsRefusedIsOnRecord() throws Exception {
        String steward = people.cookie(Role.STEWARD);
        assertEquals(403, get("/audit", steward).statusCode());
        assertEquals(403, get("/audit/verification", steward).statusCode());
        assertEquals(200, get("/jobs", steward).statusCode());
        assertEquals(
                List.of(
                        "the-steward session.open account/the-steward null",
                        "the-steward log.read coordinator deny",
                        "the-steward log.read coordinator deny"),
                told());
    }

    @Test
    void anAccountThatIsAlwaysRefusedDoesNotFillTheDisk() throws Exception {
        String steward = people.cookie(Role.STEWARD);
        for (int i = 0; i < 40; i++) {
            var answer = i % 2 == 0 ? get("/audit", steward) : submit(steward);
            var problem = new JsonObject(answer.body());
            assertTrue(problem.getString("detail").contains("it is for: "), answer.body());
            assertEquals(i < 20 ? 403 : 429, answer.statusCode());
            assertEquals(i < 20 ? "DENIED" : "TOO_OFTEN", problem.getString("code"));
        }
        assertEquals(21, told().size());
        assertEquals(201, submit(people.cookie(Role.RESEARCHER)).statusCode());
        people.desks.decisions().tellOmitted();
        assertEquals("the-steward refusals.count coordinator deny", told().getLast());
        assertTrue(Files.readString(people.log).contains("\"times\":20"));
    }

    @Test
    void aWrongGuessIsOnRecordWithoutWhatWasTyped() throws Exception {
        guess(new JsonObject().put("name", "ada").put("password", "not her password"));
        guess(new JsonObject().put("name", "typed-secret").put("password", "not her password"));
        guess(new JsonObject().put("token", "typed-secret"));
        assertEquals(
                List.of(
                        "stranger/password session.open account/ada deny",
                        "stranger/password session.open account deny",
                        "stranger/token session.open account deny"),
                told());
        assertFalse(Files.readString(people.log).contains("typed-secret"));
    }

    @Test
    void aSiteCalledLikeAPersonIsNotTakenForThatPerson() throws Exception {
        assertEquals(200, redeem("ada").statusCode());
        assertEquals(List.of("site/ada site.certificate site/ada null"), told());
    }

    @Test
    void withoutRoomForTheRecordASiteKeepsItsToken() throws Exception {
        var token = people.pki.invite(new SiteId("oslo"));
        var keys = people.pki.keys();
        people.fillDisk();
        var body =
                new JsonObject()
                        .put("secret", token.secret().hex())
                        .put("csr", TestPki.request("oslo", keys))
                        .put("identityKey", TestPki.IDENTITY.hex());
        var answer = redeem(body);
        assertEquals(507, answer.statusCode(), answer.body());
        assertTrue(people.enrolments.all().isEmpty());
        var later =
                people.pki.desk.redeem(
                        token.secret(), TestPki.request("oslo", keys), TestPki.IDENTITY, _ -> {});
        assertEquals(new SiteId("oslo"), later.site());
    }

    private HttpResponse<String> redeem(String site) throws Exception {
        return redeem(
                new JsonObject()
                        .put("secret", people.pki.invite(new SiteId(site)).secret().hex())
                        .put("csr", TestPki.request(site, people.pki.keys()))
                        .put("identityKey", TestPki.IDENTITY.hex()));
    }

    private HttpResponse<String> redeem(JsonObject body) {
        return people.send(
                people.request("/api/v1/enrolments/redeem")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body.encode())));
    }

    private void guess(JsonObject shown) {
        assertEquals(401, people.signIn(shown).statusCode());
    }

    private HttpResponse<String> get(String path, String cookie) {
        return people.send(people.request("/api/v1" + path).header("cookie", cookie));
    }

    private HttpResponse<String> submit(String cookie) {
        return people.send(
                people.ours(people.request("/api/v1/jobs").header("cookie", cookie))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(FILES)));
    }

    /** Actor, action, target and decision of every event. */
    private List<String> told() throws IOException {
        return Files.readAllLines(people.log).stream()
                .map(line -> new JsonObject(line).getJsonObject("event"))
                .map(
                        event ->
                                "%s %s %s %s"
                                        .formatted(
                                                event.getString("actor"),
                                                event.getString("action"),
                                                event.getString("target"),
                                                event.getString("decision")))
                .toList();
    }
}
