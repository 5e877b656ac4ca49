package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Users;
import io.confide.common.files.Users.User;
import io.confide.common.governance.Action;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Role;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What each role may have of the API: every operation of the contract, asked for by every role. */
class RolesTest {
    private static final String JOB = "/jobs/" + FakeDesk.JOB;
    private static final String FILES = "{\"job\": \"name: pbc\", \"study\": \"name: pbc\"}";
    private static final Set<Role> ALL = Users.ROLES;

    /** An operation, and who may have it (note 50 §4.2). */
    private record Row(String method, String path, String body, Set<Role> allowed) {}

    private static final Map<String, Row> TABLE =
            Map.ofEntries(
                    Map.entry("listJobs", new Row("GET", "/jobs", "", ALL)),
                    Map.entry("listModels", new Row("GET", "/models", "", ALL)),
                    Map.entry("showModel", new Row("GET", "/models/" + FakeDesk.JOB, "", ALL)),
                    Map.entry("listSites", new Row("GET", "/sites", "", ALL)),
                    Map.entry("listAlerts", new Row("GET", "/alerts", "", ALL)),
                    Map.entry("listStudies", new Row("GET", "/studies", "", ALL)),
                    Map.entry("showJob", new Row("GET", JOB, "", ALL)),
                    Map.entry("listRounds", new Row("GET", JOB + "/rounds", "", ALL)),
                    Map.entry("listJobSites", new Row("GET", JOB + "/sites", "", ALL)),
                    Map.entry("showPlan", new Row("GET", JOB + "/plan", "", ALL)),
                    Map.entry("showRound", new Row("GET", JOB + "/rounds/1", "", ALL)),
                    Map.entry(
                            "downloadEvidence",
                            new Row("GET", JOB + "/rounds/1/evidence", "", ALL)),
                    Map.entry(
                            "downloadSumAudit",
                            new Row(
                                    "GET",
                                    JOB + "/rounds/1/audit",
                                    "",
                                    Set.of(Role.ADMIN, Role.AUDITOR))),
                    Map.entry("watchJob", new Row("GET", JOB + "/events", "", ALL)),
                    Map.entry("whoAmI", new Row("GET", "/me", "", ALL)),
                    Map.entry(
                            "submitJob", new Row("POST", "/jobs", FILES, Set.of(Role.RESEARCHER))),
                    Map.entry(
                            "checkJob",
                            new Row("POST", "/jobs/check", FILES, Set.of(Role.RESEARCHER))),
                    Map.entry(
                            "cancelJob",
                            new Row(
                                    "POST",
                                    JOB + "/cancel",
                                    "",
                                    Set.of(Role.RESEARCHER, Role.ADMIN, Role.AUDITOR))),
                    Map.entry(
                            "pauseJob",
                            new Row(
                                    "POST",
                                    JOB + "/pause",
                                    "",
                                    Set.of(Role.RESEARCHER, Role.ADMIN, Role.AUDITOR))),
                    Map.entry(
                            "resumeJob",
                            new Row(
                                    "POST",
                                    JOB + "/resume",
                                    "",
                                    Set.of(Role.RESEARCHER, Role.ADMIN, Role.AUDITOR))),
                    Map.entry(
                            "retryJob",
                            new Row("POST", JOB + "/retry", "", Set.of(Role.RESEARCHER))),
                    Map.entry(
                            "downloadArtifact",
                            new Row(
                                    "GET",
                                    JOB + "/artifacts/card.md",
                                    "",
                                    Set.of(Role.RESEARCHER, Role.AUDITOR))),
                    Map.entry(
                            "inviteSite",
                            new Row("POST", "/sites", "{\"site\": \"oslo\"}", Set.of(Role.ADMIN))),
                    Map.entry(
                            "readLog",
                            new Row("GET", "/audit", "", Set.of(Role.ADMIN, Role.AUDITOR))),
                    Map.entry(
                            "verifyLog",
                            new Row(
                                    "GET",
                                    "/audit/verification",
                                    "",
                                    Set.of(Role.ADMIN, Role.AUDITOR))));

    /** Everybody's, also nobody's: they show a secret of their own, or have it forgotten. */
    private static final Set<String> PUBLIC =
            Set.of("waysToSignIn", "signIn", "signOut", "redeemEnrolment");

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
    void everyOperationIsInTheTable() {
        var known = new TreeSet<>(TABLE.keySet());
        known.addAll(PUBLIC);
        var promised = new TreeSet<String>();
        Contract.load(people.vertx)
                .operations()
                .forEach(operation -> promised.add(operation.getOperationId()));
        assertEquals(promised, known);
    }

    @Test
    void eachRoleHasWhatTheTableSaysAndIsRefusedTheRest() throws Exception {
        for (var role : ALL) {
            String cookie = people.cookie(role);
            for (var row : TABLE.entrySet()) {
                var answer =
                        people.client.send(
                                request(row.getValue(), cookie).build(),
                                HttpResponse.BodyHandlers.ofInputStream());
                boolean allowed = row.getValue().allowed().contains(role);
                String what = role + " " + row.getKey();
                try (var body = answer.body()) {
                    if (allowed) {
                        assertTrue(answer.statusCode() < 300, what + " " + answer.statusCode());
                    } else {
                        var problem = new JsonObject(new String(body.readAllBytes()));
                        assertEquals(403, answer.statusCode(), what);
                        assertEquals("DENIED", problem.getString("code"), what);
                        assertTrue(problem.getString("detail").contains("it is for: "), what);
                    }
                }
            }
        }
        var refused = Set.of("the-steward", "the-operator");
        assertTrue(
                people.desk.actors.stream().noneMatch(refused::contains), "" + people.desk.actors);
    }

    @Test
    void aResearcherNeitherCancelsNorPausesNorResumesSomebodyElsesJob() {
        var ada = people.accounts.user(Role.RESEARCHER);
        people.accounts.users =
                people.accounts.users.with(
                        new User("bob", Role.RESEARCHER, Optional.empty(), ada.credential()));
        var bob =
                PeopleFixture.cookie(
                        people.signIn(
                                new JsonObject()
                                        .put("name", "bob")
                                        .put("password", FakeAccounts.PASSWORD)));
        for (var verb : List.of("cancel", "pause", "resume")) {
            var answer = people.send(request(TABLE.get(verb + "Job"), bob));
            assertEquals(403, answer.statusCode());
            assertTrue(answer.body().contains("Only who submitted a job"), answer.body());
            assertTrue(answer.body().contains("may " + verb + " it"), answer.body());
        }
        assertEquals(List.of(), people.desk.actors);
    }

    @Test
    void whoAmISaysWhatThePageMayOffer() {
        var offered =
                Map.of(
                        Role.STEWARD, Set.of("job.read", "coordinator.observe"),
                        Role.OPERATOR, Set.of("job.read", "coordinator.observe"),
                        Role.RESEARCHER,
                                Set.of(
                                        "job.read",
                                        "coordinator.observe",
                                        "job.submit",
                                        "job.cancel",
                                        "job.pause",
                                        "job.resume",
                                        "artifact.read"),
                        Role.ADMIN,
                                Set.of(
                                        "job.read",
                                        "coordinator.observe",
                                        "job.cancel",
                                        "job.pause",
                                        "job.resume",
                                        "site.enrol",
                                        "log.read",
                                        "audit.read"),
                        Role.AUDITOR,
                                Set.of(
                                        "job.read",
                                        "coordinator.observe",
                                        "job.cancel",
                                        "job.pause",
                                        "job.resume",
                                        "artifact.read",
                                        "log.read",
                                        "audit.read"));
        for (var role : ALL) {
            var me =
                    new JsonObject(
                            people.send(request(TABLE.get("whoAmI"), people.cookie(role))).body());
            var may = new TreeSet<String>();
            me.getJsonArray("may").forEach(action -> may.add(action.toString()));
            may.removeAll(Set.of("plan.approve", "dataset.bind"));
            assertEquals(new TreeSet<>(offered.get(role)), may, role.toString());
            assertEquals(
                    EnumSet.of(Role.STEWARD, Role.OPERATOR).contains(role),
                    "basel".equals(me.getString("site")));
        }
    }

    /** What it has no words for it shows by its bare name. */
    @Test
    void thePageOfGovernanceHasWordsForWhateverIsDoneHere() throws IOException {
        var elsewhere = Set.of(Action.APPROVE_PLAN, Action.BIND_DATASET);
        var looks = Set.of(Action.OBSERVE, Action.READ_LOG);
        try (var page = RolesTest.class.getResourceAsStream("/people/governance.js")) {
            var text = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            for (Action action : Action.values()) {
                boolean told = !elsewhere.contains(action) && !looks.contains(action);
                assertEquals(told, text.contains("\"" + action.word() + "\": [\""), action.word());
            }
            assertTrue(
                    text.contains("[\"Download the audit of a sum\", [\"admin\", \"auditor\"]]"));
        }
    }

    @Test
    void whoDidWhatStandsInTheLogAndItsChainHolds() throws Exception {
        String admin = people.cookie(Role.ADMIN);
        people.send(request(TABLE.get("inviteSite"), admin));
        people.send(request(TABLE.get("submitJob"), people.cookie(Role.AUDITOR)));
        var log = new JsonObject(people.send(request(TABLE.get("readLog"), admin)).body());
        var told =
                log.getJsonArray("events").stream()
                        .map(line -> ((JsonObject) line).getJsonObject("event"))
                        .map(
                                event ->
                                        event.getString("actor")
                                                + " "
                                                + event.getString("action")
                                                + " "
                                                + event.getString("target")
                                                + " "
                                                + event.getString("decision"))
                        .toList();
        assertEquals(
                List.of(
                        "the-auditor job.submit submission/pbc-risk deny",
                        "the-auditor session.open account/the-auditor null",
                        "the-admin site.enrol site/oslo permit",
                        "the-admin session.open account/the-admin null"),
                told);
        var row = TABLE.get("verifyLog");
        assertEquals(
                "intact",
                new JsonObject(people.send(request(row, admin)).body()).getString("state"));
        assertTrue(EventLog.verify(people.log) instanceof EventLog.Check.Intact);
        Files.writeString(people.log, Files.readString(people.log).replaceFirst("oslo", "rome"));
        var broken = new JsonObject(people.send(request(row, admin)).body());
        assertEquals("broken", broken.getString("state"));
        assertEquals(1, broken.getInteger("sequence"));
    }

    private HttpRequest.Builder request(Row row, String cookie) {
        var request = people.ours(people.request("/api/v1" + row.path()).header("cookie", cookie));
        if (!row.body().isEmpty()) {
            request.header("content-type", "application/json");
        }
        return request.method(
                row.method(),
                row.body().isEmpty()
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(row.body()));
    }
}
