package io.confide.coordinator.driver;

import static io.confide.coordinator.driver.StoredCoordinator.GRACE;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.Views.JobState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What was signed in two rounds of a real job, the second without one of four sites, read back from the database and checked
 * with the roster of the test and the layouts of the protocol alone.
 */
class RoundProofTest {
    private static final int FULL = 1;
    private static final int WITHOUT_ONE = 2;
    private static final int SITES = 4;

    @TempDir static Path directory;
    private static StoredCoordinator coordinator;
    private static Desk desk;
    private static Roster roster;
    private static JobId job;

    @BeforeAll
    static void run() {
        var sites = new SimSites(SITES, 0);
        coordinator = StoredCoordinator.of(directory, sites);
        desk = coordinator.desk();
        roster = sites.roster;
        sites.site(SITES - 1).suffers(new Fate(WITHOUT_ONE, Fate.Step.UPLOAD, Fate.Kind.DIES));
        coordinator.connectSites();
        var end = coordinator.completed(StoredCoordinator.JOB);
        assertEquals(JobState.COMPLETED, end.state(), end::toString);
        job = JobId.of(end.id());
    }

    @AfterAll
    static void stop() {
        coordinator.close();
    }

    @Test
    void aFullRoundIsProvenWithoutAVote() {
        var file = file(FULL);
        assertEquals(List.of(), problems(file));
        assertEquals("FAST", file.getString("certificate"));
        assertEquals(SITES, file.getJsonArray("uploads").size());
        assertEquals(0, file.getJsonArray("signatures").size());
        var shown = desk.round(job, FULL).orElseThrow();
        assertEquals(RoundEvidence.Certificate.FAST, shown.certificate());
        assertTrue(shown.ended().isAfter(shown.opened()));
        var next = desk.round(job, WITHOUT_ONE).orElseThrow();
        assertEquals(Optional.of(next.context().modelHash()), shown.modelAfter());
    }

    @Test
    void aRoundWithoutOneSiteIsProvenByAQuorumOfTheOthers() {
        var file = file(WITHOUT_ONE);
        assertEquals(List.of(), problems(file));
        assertEquals("VOTED", file.getString("certificate"));
        assertEquals(List.of("site-0", "site-1", "site-2"), sites(file.getJsonArray("uploads")));
        assertEquals(roster.q(), file.getInteger("quorum"));
        var signed = sites(file.getJsonArray("signatures"));
        assertTrue(signed.size() >= roster.q(), signed::toString);
        assertFalse(signed.contains("site-3"), signed::toString);
    }

    @Test
    void everyLaterRoundIsKeptToo() {
        var rounds = desk.rounds(job);
        assertEquals(8, rounds.size());
        rounds.forEach(round -> assertEquals(List.of(), problems(file(round.round()))));
    }

    @Test
    void aFlippedByteAnywhereInWhatIsSignedIsNoticed() {
        for (long round : List.of(FULL, WITHOUT_ONE)) {
            var file = file(round);
            var places = places(file);
            assertTrue(places.size() > 10, "" + places.size());
            for (int i = 0; i < places.size(); i++) {
                var changed = file.copy();
                places(changed).get(i).run();
                assertFalse(problems(changed).isEmpty(), "round " + round + ", place " + i);
            }
        }
    }

    @Test
    void whatIsNotKeptIsSaidAndNotMadeUp() {
        var kept = new TreeSet<String>();
        var gone = new TreeSet<String>();
        for (var each : file(FULL).getJsonArray("parts")) {
            var part = (JsonObject) each;
            (part.getBoolean("kept") ? kept : gone).add(part.getString("part"));
            assertTrue(part.getString("why").endsWith("."), part::encode);
        }
        assertEquals(Set.of("open", "result", "roster", "statement", "uploads"), kept);
        assertEquals(Set.of("coordinatorSignatures", "keySetup", "signatures"), gone);
        var view = desk.job(job).orElseThrow();
        var record = coordinator.records().store().round(job, FULL).orElseThrow();
        var without = RoundProof.of(view, record, new RoundProof.Kept.Nothing());
        assertEquals(Map.of(), without.uploads());
        assertEquals(Optional.empty(), without.statement());
        assertEquals(RoundEvidence.Certificate.UNKNOWN, without.certificate());
        var keys = RoundProof.of(view, record, new RoundProof.Kept.Keys(roster));
        assertEquals(desk.round(job, FULL).orElseThrow().uploads(), keys.uploads());
        assertEquals(RoundEvidence.Certificate.UNKNOWN, keys.certificate());
    }

    @Test
    void thereIsNoEvidenceOfARoundThatWasNot() {
        assertEquals(Optional.empty(), desk.round(job, 99));
        assertEquals(Optional.empty(), desk.evidence(job, 99, GRACE));
        assertEquals(Optional.empty(), desk.round(new JobId(new UUID(1, 2)), FULL));
    }

    @Test
    void whoReadItStandsInTheEventLog() throws IOException {
        desk.evidence(job, WITHOUT_ONE, GRACE).orElseThrow();
        String target = "\"job/" + job + "/rounds/" + WITHOUT_ONE + "\"";
        try (Stream<String> lines = Files.lines(directory.resolve("events.jsonl"))) {
            assertTrue(
                    lines.filter(line -> line.contains(target))
                            .anyMatch(
                                    line ->
                                            line.contains("\"grace\"")
                                                    && line.contains("\"job.read\"")));
        }
    }

    private static JsonObject file(long round) {
        var bytes = desk.evidence(job, round, StoredCoordinator.ADA).orElseThrow();
        return new JsonObject(new String(bytes.toArray(), StandardCharsets.UTF_8));
    }

    /** What does not hold of the file, by the roster that the test itself pinned. */
    private static List<String> problems(JsonObject file) {
        var problems = new ArrayList<String>();
        var keys = RosterKeys.of(roster);
        require(
                problems,
                "roster",
                bytes(file.getJsonObject("roster"), "body").equals(roster.bytes()));
        var open = signed(file.getJsonObject("open"));
        var result = signed(file.getJsonObject("result"));
        require(problems, "open", keys.isByCoordinator(open));
        require(problems, "result", keys.isByCoordinator(result));
        var opened = OpenBody.parse(open.body());
        var ended = ResultBody.parse(result.body());
        if (opened.isEmpty() || ended.isEmpty()) {
            problems.add("malformed");
            return problems;
        }
        var context = opened.get().context();
        require(problems, "context", file.getString("context").equals(context.ctx().hex()));
        require(problems, "round", ended.get().round().equals(context.round()));
        var hashes = hashes(problems, keys, file, context);
        var included = SiteSet.of(roster.size(), hashes.keySet());
        var statement =
                RoundLayout.statement(
                        context.round(), context.ctx(), included, RoundLayout.root(hashes));
        require(
                problems,
                "statement",
                statement.equals(bytes(file.getJsonObject("statement"), "body"))
                        && ended.get().statementHash().equals(Digest.of(statement)));
        int votes = votes(problems, keys, file, statement);
        require(
                problems,
                "certificate",
                file.getString("certificate").equals("FAST")
                        ? included.equals(context.opened())
                        : votes >= roster.q() && context.opened().containsAll(included));
        return problems;
    }

    private static TreeMap<Integer, Digest> hashes(
            List<String> problems, RosterKeys keys, JsonObject file, ContextFields context) {
        var hashes = new TreeMap<Integer, Digest>();
        for (var each : file.getJsonArray("uploads")) {
            var upload = (JsonObject) each;
            int index = upload.getInteger("index");
            var header = signed(upload);
            require(problems, "upload " + index, keys.isBySite(index, header));
            var body = HeaderBody.parse(header.body());
            require(
                    problems,
                    "header " + index,
                    body.filter(
                                    read ->
                                            read.site() == index
                                                    && read.ctx().equals(context.ctx())
                                                    && read.round().equals(context.round()))
                            .isPresent());
            body.ifPresent(read -> hashes.put(index, read.vectorHash()));
        }
        require(problems, "vectors", new HashSet<>(hashes.values()).size() == hashes.size());
        return hashes;
    }

    private static int votes(
            List<String> problems, RosterKeys keys, JsonObject file, Bytes statement) {
        int votes = 0;
        for (var each : file.getJsonArray("signatures")) {
            var vote = (JsonObject) each;
            boolean valid =
                    keys.isBySite(vote.getInteger("index"), statement, bytes(vote, "signature"));
            require(problems, "vote", valid);
            votes += valid ? 1 : 0;
        }
        return votes;
    }

    /** One action for each signed body and each signature of the file, which flips a byte of it. */
    private static List<Runnable> places(JsonObject file) {
        var holders = new ArrayList<JsonObject>();
        for (String key : List.of("open", "result", "statement", "roster")) {
            holders.add(file.getJsonObject(key));
        }
        for (String key : List.of("uploads", "signatures")) {
            file.getJsonArray(key).forEach(each -> holders.add((JsonObject) each));
        }
        var places = new ArrayList<Runnable>();
        for (var holder : holders) {
            for (String key : List.of("body", "signature")) {
                if (holder.containsKey(key)) {
                    places.add(() -> flip(holder, key));
                }
            }
        }
        return places;
    }

    private static void flip(JsonObject holder, String key) {
        byte[] bytes = bytes(holder, key).toArray();
        bytes[bytes.length / 2] ^= 1;
        holder.put(key, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    private static List<String> sites(JsonArray each) {
        return each.stream().map(item -> ((JsonObject) item).getString("site")).toList();
    }

    private static SignedBody signed(JsonObject json) {
        return new SignedBody(bytes(json, "body"), bytes(json, "signature"));
    }

    private static Bytes bytes(JsonObject json, String key) {
        return Bytes.wrap(Base64.getUrlDecoder().decode(json.getString(key)));
    }

    private static void require(List<String> problems, String what, boolean holds) {
        if (!holds) {
            problems.add(what);
        }
    }
}
