package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.crypto.Seed;
import io.confide.common.governance.Role;
import io.confide.coordinator.port.InMemorySessions;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One browser, whose requests two members answer in turn; {@link SharedSessionsTest} has the rules. */
class TwoMembersTest {
    private static final String SESSION = "/api/v1/session";

    @TempDir Path first;
    @TempDir Path second;
    private final InMemorySessions store = new InMemorySessions();
    private final ExecutorService database = Executors.newSingleThreadExecutor();
    private PeopleFixture north;
    private PeopleFixture south;

    @BeforeEach
    void start() throws Exception {
        var memory =
                new SessionMemory(
                        store,
                        new SessionSeal(Seed.generate(new SecureRandom())),
                        database,
                        SessionMemory.Reach.EVERY_MEMBER);
        north = new PeopleFixture(first, memory);
        south = new PeopleFixture(second, memory);
    }

    @AfterEach
    void stop() {
        north.close();
        south.close();
        database.shutdownNow();
    }

    /** What was sent along is read only after it is known who sends it. */
    @Test
    void whoSignedInAtOneActsAtTheOtherAndSignsOutThere() throws Exception {
        String cookie = north.cookie(Role.RESEARCHER);
        var body = new JsonObject().put("job", "job: a").put("study", "study: b").encode();
        var submitted =
                south.send(
                        south.ours(
                                south.request("/api/v1/jobs")
                                        .header("cookie", cookie)
                                        .header("content-type", "application/json")
                                        .POST(BodyPublishers.ofString(body))));
        assertEquals(201, submitted.statusCode(), submitted.body());
        assertEquals(List.of(FakeAccounts.name(Role.RESEARCHER)), south.desk.actors);

        String other = south.cookie(Role.RESEARCHER);
        assertEquals(204, signOut(north, other).statusCode());
        database.submit(() -> assertEquals(1, store.all().size())).get();
        assertEquals(401, read(north, other).statusCode());
        assertEquals(200, read(north, cookie).statusCode());
        assertEquals(401, read(south, cookie + "A").statusCode());
        assertEquals(401, read(south, "__Host-confide=" + "A".repeat(43)).statusCode());
    }

    private static HttpResponse<String> read(PeopleFixture member, String cookie) {
        return member.send(member.request("/api/v1/jobs").header("cookie", cookie));
    }

    private static HttpResponse<String> signOut(PeopleFixture member, String cookie) {
        return member.send(member.ours(member.request(SESSION).header("cookie", cookie).DELETE()));
    }
}
