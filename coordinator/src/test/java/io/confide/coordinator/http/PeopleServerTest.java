package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.enrolment.EnrolmentToken;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.pki.TestPki;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

class PeopleServerTest {
    private static final String JOB = FakeDesk.JOB.toString();
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
    void everyOperationOfTheContractAnswersAsTheContractSays() throws Exception {
        var answers = new TreeMap<String, HttpResponse<String>>();
        answers.put("listJobs", people.get("/jobs"));
        answers.put("submitJob", people.post("/jobs", FILES));
        answers.put("checkJob", people.post("/jobs/check", FILES));
        answers.put("showJob", people.get("/jobs/" + JOB));
        answers.put("listRounds", people.get("/jobs/" + JOB + "/rounds"));
        answers.put("listJobSites", people.get("/jobs/" + JOB + "/sites"));
        answers.put("showPlan", people.get("/jobs/" + JOB + "/plan"));
        answers.put("showRound", people.get("/jobs/" + JOB + "/rounds/1"));
        answers.put("downloadEvidence", people.get("/jobs/" + JOB + "/rounds/1/evidence"));
        answers.put("downloadSumAudit", people.get("/jobs/" + JOB + "/rounds/1/audit"));
        answers.put("cancelJob", people.post("/jobs/" + JOB + "/cancel", ""));
        answers.put("pauseJob", people.post("/jobs/" + JOB + "/pause", ""));
        answers.put("resumeJob", people.post("/jobs/" + JOB + "/resume", ""));
        answers.put("retryJob", people.post("/jobs/" + JOB + "/retry", ""));
        answers.put("listModels", people.get("/models"));
        answers.put("showModel", people.get("/models/" + JOB));
        answers.put("listSites", people.get("/sites"));
        answers.put("inviteSite", people.post("/sites", "{\"site\": \"basel\"}"));
        answers.put("listAlerts", people.get("/alerts"));
        answers.put("listStudies", people.get("/studies"));
        answers.put("whoAmI", people.get("/me"));
        answers.put("waysToSignIn", people.get("/session"));
        answers.put("readLog", people.get("/audit"));
        answers.put("verifyLog", people.get("/audit/verification"));
        answers.put("redeemEnrolment", redeem(people.pki.invite(new SiteId("oslo")), "oslo"));
        var contract = Contract.load(people.vertx);
        var validator = ResponseValidator.create(people.vertx, contract);
        for (var answer : answers.entrySet()) {
            validate(validator, answer.getKey(), answer.getValue());
        }
        var tested = new java.util.TreeSet<>(answers.keySet());
        tested.addAll(List.of("watchJob", "downloadArtifact", "signIn", "signOut"));
        var promised = new java.util.TreeSet<String>();
        contract.operations().forEach(operation -> promised.add(operation.getOperationId()));
        assertEquals(promised, tested);
    }

    private static void validate(
            ResponseValidator validator, String operation, HttpResponse<String> answer) {
        var response =
                ValidatableResponse.create(
                        answer.statusCode(),
                        Map.of(),
                        Buffer.buffer(answer.body()),
                        "application/json");
        validator.validate(response, operation).await();
    }

    @Test
    void aPausedJobAndItsAlertAreAsTheContractSays() throws Exception {
        people.post("/jobs/" + JOB + "/pause", "");
        var validator = ResponseValidator.create(people.vertx, Contract.load(people.vertx));
        var alerts = people.get("/alerts");
        assertTrue(alerts.body().contains("JOB_PAUSED"), alerts.body());
        validate(validator, "listAlerts", alerts);
        validate(validator, "showJob", people.get("/jobs/" + JOB));
    }

    @Test
    void aJobIsShownAsTheDeskSeesIt() {
        var job = new JsonArray(people.get("/jobs").body()).getJsonObject(0);
        assertEquals(JOB, job.getString("id"));
        assertEquals("TRAINING", job.getString("state"));
        assertEquals(0.86, job.getJsonObject("metrics").getDouble("auc"));
        assertEquals("PERMITTED", job.getJsonObject("siteVerdicts").getString("basel"));
        assertFalse(job.containsKey("reason"));
        assertFalse(job.containsKey("cost"), "it is not in lists");
        var cost = new JsonObject(people.get("/jobs/" + JOB).body()).getJsonObject("cost");
        assertEquals(2100, cost.getJsonObject("planned").getInteger("roundUpBytes"));
        assertEquals(1.25, cost.getJsonObject("soFar").getDouble("medianSeconds"));
        var round = new JsonArray(people.get("/jobs/" + JOB + "/rounds").body()).getJsonObject(0);
        assertEquals("turin", round.getJsonArray("dropped").getJsonObject(0).getString("site"));
    }

    @Test
    void aShortListLeavesOutWhatSitesSayAndWhatIsTheSameDoesNotComeAgain() throws Exception {
        var validator = ResponseValidator.create(people.vertx, Contract.load(people.vertx));
        var list = people.get("/jobs?view=brief");
        validate(validator, "listJobs", list);
        var job = new JsonArray(list.body()).getJsonObject(0);
        assertEquals(JOB, job.getString("id"));
        assertFalse(job.containsKey("siteVerdicts"));
        var sites = people.get("/sites?view=brief");
        validate(validator, "listSites", sites);
        assertFalse(new JsonArray(sites.body()).getJsonObject(0).containsKey("datasets"));
        problem(people.get("/sites?view=everything"), 400, "BAD_ARGUMENT");
        problem(people.get("/jobs/" + JOB + "/rounds?last=0"), 400, "BAD_ARGUMENT");
        assertEquals(200, people.get("/jobs/" + JOB + "/rounds?last=1").statusCode());

        for (var path : List.of("/jobs?view=brief", "/sites", "/jobs/" + JOB)) {
            String tag = people.get(path).headers().firstValue("etag").orElseThrow();
            var again = people.send(people.authorised(path).header("if-none-match", tag));
            assertEquals(304, again.statusCode(), path);
            assertEquals("", again.body());
            var other = people.send(people.authorised(path).header("if-none-match", "\"other\""));
            assertEquals(200, other.statusCode(), path);
        }
    }

    @Test
    void aSubmittedJobIsCreatedByTheAdministratorAndLocated() {
        var answer = people.post("/jobs", FILES);
        assertEquals(201, answer.statusCode());
        assertEquals("/api/v1/jobs/" + JOB, answer.headers().firstValue("location").orElseThrow());
        assertEquals(List.of("administrator"), people.desk.actors);
    }

    @Test
    void aJobIsCancelledWithOrWithoutABody() {
        for (String body : List.of("", "{}")) {
            var answer = people.post("/jobs/" + JOB + "/cancel", body);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("CANCELLED", new JsonObject(answer.body()).getString("state"));
        }
    }

    @Test
    void aJobIsPausedByWhoAsksAndGoesOnWhenItIsResumed() {
        var paused = new JsonObject(people.post("/jobs/" + JOB + "/pause", "{}").body());
        assertEquals("PAUSED", paused.getString("state"));
        assertEquals("ada", paused.getString("pausedBy"));
        var resumed = new JsonObject(people.post("/jobs/" + JOB + "/resume", "").body());
        assertEquals("TRAINING", resumed.getString("state"));
        assertFalse(resumed.containsKey("pausedBy"));
    }

    @Test
    void aRetryIsCreatedAndLocatedAsASubmissionIs() {
        var answer = people.post("/jobs/" + JOB + "/retry", "");
        assertEquals(201, answer.statusCode(), answer.body());
        assertEquals("/api/v1/jobs/" + JOB, answer.headers().firstValue("location").orElseThrow());
        assertEquals(404, people.post("/jobs/" + new UUID(4, 4) + "/retry", "").statusCode());
    }

    @Test
    void anInvitationIsATokenThatASiteCanRedeemOnce() throws Exception {
        var answer = people.post("/sites", "{\"site\": \"basel\", \"expiresMinutes\": 30}");
        assertEquals(201, answer.statusCode());
        var token = EnrolmentToken.decode(new JsonObject(answer.body()).getString("token"));
        assertEquals(people.pki.authority.fingerprint(), token.authority());
        assertTrue(token.expires().isBefore(Instant.now().plus(Duration.ofMinutes(31))));

        var enrolled = redeem(token, "basel");
        assertEquals(200, enrolled.statusCode());
        assertEquals(
                "https://localhost:8443", new JsonObject(enrolled.body()).getString("coordinator"));
        problem(redeem(token, "basel"), 410, "TOKEN_USED");
    }

    @Test
    void redeemingNeedsNoBearerTokenAndEverythingElseDoes() throws Exception {
        var unknown = people.pki.invite(new SiteId("basel"));
        var forged =
                new EnrolmentToken(
                        unknown.url(),
                        unknown.authority(),
                        unknown.site(),
                        io.confide.common.model.Bytes.wrap(new byte[16]),
                        unknown.expires());
        problem(redeem(forged, "basel"), 403, "TOKEN_UNKNOWN");
        for (String path :
                List.of("/jobs", "/jobs/" + JOB, "/models", "/sites", "/studies", "/me", "/x")) {
            var answer = people.send(people.request("/api/v1" + path));
            problem(answer, 401, "UNAUTHORISED");
            assertEquals("Bearer", answer.headers().firstValue("www-authenticate").orElseThrow());
            problem(
                    people.send(
                            people.request("/api/v1" + path)
                                    .header("authorization", "Bearer " + "0".repeat(32))),
                    401,
                    "UNAUTHORISED");
        }
    }

    @Test
    void aPathThatOnlyLooksLikeRedeemingNeedsTheToken() {
        for (String path :
                List.of(
                        "/api/v1/enrolments/redeem/../../jobs",
                        "/api/v1/enrolments/redeem/",
                        "/api/v1//jobs",
                        "/api/v1/./jobs",
                        "/api/v1/%6aobs")) {
            int status = people.send(people.request(path)).statusCode();
            assertTrue(status == 401 || status == 404, path + " answered " + status);
        }
    }

    @Test
    void everyErrorIsAProblemDocumentWithOneSentence() {
        problem(people.get("/jobs/" + new java.util.UUID(1, 1)), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + new java.util.UUID(1, 1) + "/rounds"), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + new java.util.UUID(1, 1) + "/events"), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + new java.util.UUID(1, 1) + "/plan"), 404, "NOT_FOUND");
        problem(people.get("/models/" + new java.util.UUID(1, 1)), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + JOB + "/rounds/2"), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + JOB + "/rounds/2/evidence"), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + JOB + "/rounds/2/audit"), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + JOB + "/rounds/0"), 400, "BAD_ARGUMENT");
        problem(people.get("/jobs/nonsense"), 400, "BAD_ARGUMENT");
        problem(people.get("/jobs/" + JOB + "/artifacts/none.md"), 404, "NOT_FOUND");
        problem(people.get("/jobs/" + JOB + "/artifacts/..%2f..%2fetc"), 400, "BAD_ARGUMENT");
        problem(people.get("/jobs/" + JOB + "/events?after=-1"), 400, "BAD_ARGUMENT");
        problem(people.get("/nowhere"), 404, "NOT_FOUND");
        problem(people.send(people.request("/nowhere")), 404, "NOT_FOUND");
        problem(people.send(people.authorised("/jobs").DELETE()), 404, "NOT_FOUND");
        problem(people.post("/jobs", "{"), 400, "BAD_ARGUMENT");
        problem(people.post("/jobs", "{\"job\": \"x\"}"), 400, "BAD_ARGUMENT");
        problem(
                people.post("/jobs", "{\"job\": \"x\", \"study\": \"x\", \"more\": 1}"),
                400,
                "BAD_ARGUMENT");
        problem(people.post("/sites", "{\"site\": \"Not A Site\"}"), 400, "BAD_ARGUMENT");
        problem(
                people.send(people.authorised("/jobs").POST(BodyPublishers.ofString("name: x"))),
                400,
                "BAD_ARGUMENT");
        var bad = people.post("/jobs/check", "{\"job\": \"broken: 1\", \"study\": \"name: pbc\"}");
        assertEquals(
                "job.yaml, line 1: \"broken\" is not a key of a job",
                problem(bad, 422, "BAD_FILE").getString("detail"));
    }

    @Test
    void aBodyOverOneMebibyteIsRefused() {
        String large = "{\"job\": \"" + "x".repeat(1 << 20) + "\", \"study\": \"x\"}";
        problem(people.post("/jobs", large), 413, "BAD_ARGUMENT");
    }

    @Test
    void anUnexpectedFailureTellsNothingOfTheInside() {
        var answer = people.post("/jobs", "{\"job\": \"crash\", \"study\": \"x\"}");
        problem(answer, 500, "INTERNAL");
        assertFalse(answer.body().contains("secret detail"));
    }

    @Test
    void aListOfJobsSaysWhatIsSpentAndAModelWithoutANumberThatNothingDefines() {
        var spent = new JsonArray(people.get("/jobs?view=brief").body()).getJsonObject(0);
        assertEquals(
                new JsonObject(
                        "{\"epsilon\":2.0,\"total\":3.0,\"delta\":1e-5,\"unit\":\"record\"}"),
                spent.getJsonObject("spent"));
        var model = new JsonObject(people.get("/models/" + JOB).body());
        var fold = model.getJsonArray("evaluations").getJsonObject(0).getJsonObject("metrics");
        assertEquals(new JsonObject("{\"auc\":0.5}"), fold);
    }

    @Test
    void anArtifactIsAFileWithItsHash() {
        var answer = people.get("/jobs/" + JOB + "/artifacts/card.md");
        assertEquals(200, answer.statusCode());
        assertEquals("# card", answer.body());
        assertEquals(
                "\"" + Digest.of("# card".getBytes()) + "\"",
                answer.headers().firstValue("etag").orElseThrow());
        assertEquals(
                "attachment; filename=\"card.md\"",
                answer.headers().firstValue("content-disposition").orElseThrow());
        assertEquals(List.of("administrator"), people.desk.actors, "who shows the token reads it");
    }

    @Test
    void theEvidenceOfARoundIsAFileWithASafeName() {
        var answer = people.get("/jobs/" + JOB + "/rounds/1/evidence");
        assertEquals(200, answer.statusCode());
        assertEquals(FakeDesk.EVIDENCE, answer.body());
        assertEquals(
                "attachment; filename=\"evidence-" + JOB + "-round-1.json\"",
                answer.headers().firstValue("content-disposition").orElseThrow());
        assertEquals("application/json", answer.headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void thePageLinksTheContract() {
        var page = people.send(people.request("/"));
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("href=\"/openapi.yaml\""));
        var contract = people.send(people.request("/openapi.yaml"));
        assertTrue(contract.body().startsWith("openapi: 3.1.0"));
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        for (var answer :
                List.of(
                        people.get("/jobs"),
                        people.send(people.request("/")),
                        people.send(people.request("/api/v1/jobs")),
                        people.send(people.request("/nowhere")))) {
            assertEquals(
                    "nosniff", answer.headers().firstValue("x-content-type-options").orElseThrow());
            assertTrue(
                    answer.headers()
                            .firstValue("content-security-policy")
                            .orElseThrow()
                            .startsWith("default-src 'none'"));
        }
        assertEquals(
                "no-store",
                people.get("/jobs").headers().firstValue("cache-control").orElseThrow());
    }

    @Test
    void tls12IsRefused() throws Exception {
        var factory = people.pki.anonymous().getSocketFactory();
        try (var socket = (SSLSocket) factory.createSocket("localhost", people.server.port())) {
            var parameters = new SSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.2"});
            socket.setSSLParameters(parameters);
            assertThrows(SSLException.class, socket::startHandshake);
        }
    }

    @Test
    void aPortThatIsInUseIsOneClearSentence() {
        var second =
                new PeopleServer(
                        people.vertx,
                        PeopleServer.Settings.of(
                                new Address("127.0.0.1", people.server.port(), "people.port"),
                                PeopleFixture.TOKEN,
                                java.net.URI.create("https://localhost:8443")),
                        people.pki.authority.serverIdentity(List.of("localhost")),
                        people.desks,
                        new Sessions(
                                people.clock,
                                new java.security.SecureRandom(),
                                Sessions.Times.usual(),
                                SessionMemory.none(new java.security.SecureRandom())),
                        people.metrics);
        var refused = assertThrows(ConfideException.class, second::start);
        assertEquals(ErrorCode.PORT_IN_USE, refused.code());
        assertEquals(
                "port %d on 127.0.0.1 is already in use; set people.port in coordinator.yaml or stop the other process"
                        .formatted(people.server.port()),
                refused.getMessage());
        second.close();
    }

    @Test
    void anAddressThisMachineDoesNotHaveIsOneClearSentence() {
        var elsewhere =
                new ManagementServer(
                        people.vertx,
                        new Address("192.0.2.1", 9090, "management.port"),
                        people.metrics,
                        () -> ManagementServer.Readiness.READY);
        var refused = assertThrows(ConfideException.class, elsewhere::start);
        assertEquals(ErrorCode.PORT_IN_USE, refused.code());
        assertTrue(refused.getMessage().contains("does not have that address"));
    }

    private HttpResponse<String> redeem(EnrolmentToken token, String commonName) throws Exception {
        var body =
                new JsonObject()
                        .put("secret", token.secret().hex())
                        .put("csr", TestPki.request(commonName, people.pki.keys()))
                        .put("identityKey", TestPki.IDENTITY.hex());
        HttpRequest.Builder request =
                people.request("/api/v1/enrolments/redeem")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body.encode()));
        return people.send(request);
    }

    private static JsonObject problem(HttpResponse<String> answer, int status, String code) {
        assertEquals(status, answer.statusCode(), answer.uri() + " " + answer.body());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
        var problem = new JsonObject(answer.body());
        assertEquals(code, problem.getString("code"));
        assertEquals(status, problem.getInteger("status"));
        assertTrue(problem.getString("detail").length() > 10);
        assertFalse(problem.getString("title").isEmpty());
        assertEquals(
                "urn:confide:error:" + ErrorCode.valueOf(code).number(), problem.getString("type"));
        return problem;
    }
}
