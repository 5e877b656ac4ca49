package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Role;
import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Decisions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What people can make the event log hold, and what they cannot. */
class GovernorTest {
    private static final Actor EVE = Actor.at(new SiteId("basel"), Role.STEWARD);
    private static final Actor ADA = Actor.of("ada", Role.RESEARCHER);
    private static final Actor ADMIN = Actor.of("root", Role.ADMIN);
    private static final Target JOB = new Target.Submission("first", "heart");

    @TempDir Path directory;
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private EventLog log;
    private Governor governor;

    @BeforeEach
    void open() {
        log = EventLog.open(directory.resolve("events.jsonl"));
        governor = new Governor(log, () -> now);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void whoIsRefusedAllTheTimeFillsNoDiskAndIsCounted() throws Exception {
        int denied = 0;
        for (int i = 0; i < 300; i++) {
            var refusal =
                    assertThrows(
                            ConfideException.class,
                            () -> governor.require(EVE, Action.SUBMIT_JOB, JOB));
            assertTrue(refusal.sentence().contains("it is for: researcher"), refusal::sentence);
            denied += refusal.code() == ErrorCode.DENIED ? 1 : 0;
            assertTrue(refusal.code() == ErrorCode.DENIED || refusal.code() == ErrorCode.TOO_OFTEN);
        }
        assertEquals(20, denied);
        assertEquals(20, events().size());
        governor.tellOmitted();
        assertEquals(21, events().size());
        var count = events().getLast();
        for (var part :
                List.of(
                        "\"action\":\"refusals.count\"",
                        "\"actor\":\"basel/steward\"",
                        "\"times\":280",
                        "\"decision\":\"deny\"",
                        "\"since\":\"2026-03-01T10:00:00Z\"")) {
            assertTrue(count.contains(part), count);
        }
        governor.tellOmitted();
        assertEquals(21, events().size(), "it is told once");
        assertInstanceOf(
                EventLog.Check.Intact.class, EventLog.verify(directory.resolve("events.jsonl")));
    }

    @Test
    void whatOnePersonHasUsedUpNobodyElseLacksAndItComesBack() throws Exception {
        for (int i = 0; i < 21; i++) {
            refused(EVE, Action.SUBMIT_JOB, JOB);
        }
        governor.require(ADA, Action.SUBMIT_JOB, JOB);
        assertEquals(ErrorCode.DENIED, refused(ADA, Action.READ_LOG, new Target.Coordinator()));
        now = now.plus(Duration.ofMinutes(5));
        assertEquals(ErrorCode.DENIED, refused(EVE, Action.SUBMIT_JOB, JOB));
        assertEquals(ErrorCode.TOO_OFTEN, refused(EVE, Action.SUBMIT_JOB, JOB));
        now = now.minus(Duration.ofDays(1));
        assertEquals(ErrorCode.TOO_OFTEN, refused(EVE, Action.SUBMIT_JOB, JOB));
        now = now.plus(Duration.ofMinutes(5));
        assertEquals(
                ErrorCode.DENIED,
                refused(EVE, Action.SUBMIT_JOB, JOB),
                "a clock that was set back does not matter for long");
    }

    @Test
    void whatIsPermittedIsBoundedTooAndNotDoneWithoutARecord() throws Exception {
        for (int i = 0; i < 240; i++) {
            governor.require(ADA, Action.SUBMIT_JOB, JOB);
        }
        assertEquals(ErrorCode.TOO_OFTEN, refused(ADA, Action.SUBMIT_JOB, JOB));
        assertEquals(240, events().size());
        governor.happened(ADA, "session.open", "account/ada");
        now = now.plusSeconds(5);
        governor.require(ADA, Action.SUBMIT_JOB, JOB);
        assertEquals(242, events().size());
    }

    @Test
    void theCoordinatorItselfIsNotBounded() throws Exception {
        for (int i = 0; i < 30; i++) {
            refused(Governor.COORDINATOR, Action.SUBMIT_JOB, JOB);
        }
        assertEquals(30, events().size());
    }

    @Test
    void whoIsNotLetInIsRecordedUnderNoNameThatAnybodyCouldHave() throws Exception {
        governor.refusedSignIn(Decisions.Way.PASSWORD, Optional.of("ada"));
        governor.refusedSignIn(Decisions.Way.TOKEN, Optional.empty());
        governor.refusedSignIn(Decisions.Way.SIGN_ON, Optional.empty());
        var actors = List.of("stranger/password", "stranger/token", "stranger/sign-on");
        for (int i = 0; i < actors.size(); i++) {
            var event = events().get(i);
            assertTrue(event.contains("\"actor\":\"" + actors.get(i) + "\""), event);
            assertTrue(event.contains("\"action\":\"session.open\""), event);
            assertTrue(event.contains("\"decision\":\"deny\""), event);
        }
        assertTrue(events().getFirst().contains("\"target\":\"account/ada\""));
    }

    @Test
    void manyStrangersAreCountedWhetherOrNotTheyNameAnAccount() throws Exception {
        for (int i = 0; i < 300; i++) {
            governor.refusedSignIn(
                    Decisions.Way.PASSWORD, i % 2 == 0 ? Optional.of("ada") : Optional.empty());
        }
        assertEquals(200, events().size());
        governor.close();
        assertTrue(events().getLast().contains("\"times\":100"));
    }

    @Test
    void aCountThatCouldNotBeWrittenIsKept() throws Exception {
        for (int i = 0; i < 25; i++) {
            refused(EVE, Action.SUBMIT_JOB, JOB);
        }
        log.close();
        assertEquals(
                ErrorCode.DISK_FULL,
                assertThrows(ConfideException.class, governor::tellOmitted).code());
        assertEquals(ErrorCode.TOO_OFTEN, refused(EVE, Action.SUBMIT_JOB, JOB));
        assertFalse(events().getLast().contains("refusals.count"));
        assertEquals(
                ErrorCode.DISK_FULL,
                assertThrows(ConfideException.class, governor::tellOmitted).code(),
                "it is still to be told");
        assertThrows(
                ConfideException.class,
                () ->
                        governor.require(
                                ADMIN, Action.ENROL_SITE, new Target.Site(new SiteId("oslo"))));
    }

    private ErrorCode refused(Actor actor, Action action, Target target) {
        return assertThrows(ConfideException.class, () -> governor.require(actor, action, target))
                .code();
    }

    private List<String> events() throws IOException {
        return Files.readAllLines(directory.resolve("events.jsonl"));
    }
}
