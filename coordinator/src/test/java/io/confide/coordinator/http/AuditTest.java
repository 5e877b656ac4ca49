package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.governance.EventLog;
import io.confide.common.governance.Role;
import io.confide.coordinator.app.FileAuditLog;
import io.confide.coordinator.port.AuditLog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** The event log as people read it, also when it is damaged or many ask at once. */
class AuditTest {
    @TempDir Path directory;

    @Test
    void aDamagedLineIsSaidToBeDamaged() throws Exception {
        try (var people = new PeopleFixture(directory)) {
            people.cookie(Role.ADMIN);
            String cookie = people.cookie(Role.AUDITOR);
            Files.writeString(people.log, "no event\n", StandardOpenOption.APPEND);
            var answer = people.send(people.request("/api/v1/audit").header("cookie", cookie));
            assertEquals(422, answer.statusCode());
            var problem = new JsonObject(answer.body());
            assertEquals("BAD_FILE", problem.getString("code"));
            assertTrue(problem.getString("detail").contains("confide audit verify"));
        }
    }

    @Test
    void theWholeLogIsReadForOnePersonAtATime() throws Exception {
        var watched = new Watched();
        try (var people = new PeopleFixture(directory, watched::of)) {
            var check = people.authorised("/audit/verification").build();
            var first = people.client.sendAsync(check, BodyHandlers.ofString());
            watched.begun.await();
            var second = people.client.sendAsync(check, BodyHandlers.ofString());
            assertEquals(200, people.get("/audit").statusCode(), "a page does not wait");
            watched.release.countDown();
            assertEquals(200, first.get().statusCode());
            assertEquals(200, second.get().statusCode());
            assertEquals(List.of("begin", "end", "begin", "end"), watched.steps);
        }
    }

    @Test
    void whereMembersKeepALogEachItIsSaidWhoseItIs() throws Exception {
        try (var alone = new PeopleFixture(directory)) {
            assertFalse(alone.get("/audit").body().contains("keeper"));
            assertFalse(alone.get("/audit/verification").body().contains("keeper"));
        }
        var keeper = new AuditLog.Keeper("north", List.of("east", "south"));
        var path = directory.resolve("events.jsonl");
        try (var people =
                new PeopleFixture(
                        directory, _ -> new FileAuditLog(path, () -> Optional.of(keeper)))) {
            var expected =
                    new JsonObject()
                            .put("member", "north")
                            .put("others", new JsonArray(List.of("east", "south")));
            for (var answer : List.of("/audit", "/audit/verification")) {
                var said = people.get(answer);
                assertEquals(200, said.statusCode());
                assertEquals(expected, new JsonObject(said.body()).getJsonObject("keeper"));
            }
        }
    }

    /** A log whose verification ends when the test says so. */
    private static final class Watched {
        final List<String> steps = new CopyOnWriteArrayList<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        AuditLog of(AuditLog log) {
            return new AuditLog() {
                @Override
                public Page page(OptionalLong before, int most) {
                    return log.page(before, most);
                }

                @Override
                public Optional<EventLog.Check> verify() {
                    steps.add("begin");
                    begun.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    var check = log.verify();
                    steps.add("end");
                    return check;
                }
            };
        }
    }
}
