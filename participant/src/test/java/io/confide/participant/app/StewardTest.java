package io.confide.participant.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.crypto.SigningKey;
import io.confide.common.files.PlanJson;
import io.confide.common.files.PolicyFile;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;
import io.confide.common.files.Templates;
import io.confide.common.governance.EventLog;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Feature;
import io.confide.common.model.Groups;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.common.model.Training;
import io.confide.common.vector.MaskWarmUp;
import io.confide.participant.vault.Egress;
import io.confide.participant.vault.EgressLedger;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.HomeLock;
import io.confide.participant.vault.Identity;
import io.confide.participant.vault.Offers;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class StewardTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-01T00:00:00Z"));
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");

    @TempDir Path directory;
    private final SecureRandom random = new SecureRandom();
    private final SigningKey key = SigningKey.generate(random);
    private Path site;
    private Home home;

    @BeforeEach
    void enrol() throws IOException {
        site = directory.resolve("london");
        home = new Home(site);
        Identity.draft(home, key.reveal(), "key")
                .complete(
                        new Identity.Card(
                                new SiteId("london"),
                                URI.create("https://localhost:8443"),
                                key.publicKey(),
                                Digest.ZERO),
                        "certificate",
                        "authority");
        Files.writeString(
                home.configuration(),
                """
                coordinator: https://localhost:8443
                site: london
                datasets:
                  - {name: pbc, study: risk, query: SELECT 1}
                """);
    }

    @Test
    void pinsARosterThatNamesThisSiteWithItsKey() throws IOException {
        var pinned = Steward.approveRoster(site, rosterFile(key.publicKey()), CLOCK);
        assertEquals(3, pinned.members().size());
        assertEquals(key.publicKey().hex(), pinned.members().getFirst().key());
        assertTrue(Files.readString(home.events()).contains("roster.approve"));
    }

    @Test
    void refusesARosterThatHasAnotherKeyForThisSite() throws IOException {
        var file = rosterFile(SigningKey.generate(random).publicKey());
        var refusal =
                assertThrows(
                        ConfideException.class, () -> Steward.approveRoster(site, file, CLOCK));
        assertEquals(ErrorCode.ROSTER_NOT_APPROVED, refusal.code());
        assertTrue(refusal.getMessage().contains(key.publicKey().hex()));
    }

    @Test
    void approvesAnOfferedPlanByThePrefixOfItsHashAndTakesItBack() throws IOException {
        offer();
        allow();
        var offered = Steward.offers(site, CLOCK).getFirst();
        assertEquals(Optional.empty(), offered.approved());
        var approved = Steward.approvePlan(site, offered.hash().hex().substring(0, 8), CLOCK);
        assertTrue(approved.approved().isPresent());
        assertTrue(Steward.offers(site, CLOCK).getFirst().approved().isPresent());
        Steward.revokePlan(site, offered.hash().hex(), CLOCK);
        assertFalse(Steward.offers(site, CLOCK).getFirst().approved().isPresent());
        assertInstanceOf(EventLog.Check.Intact.class, EventLog.verify(home.events()));
        var log = Files.readString(home.events());
        assertTrue(log.contains("plan.approve") && log.contains("grant.revoked"), log);
    }

    /** A steward sees among how few sites its own hides before it approves. */
    @Test
    void saysInWhichGroupAPlanWouldSumThisSite() throws IOException {
        offer(Optional.of(new Groups(3, Groups.Combine.MEDIAN, 1)));
        assertTrue(Steward.offers(site, CLOCK).getFirst().group().isEmpty(), "nothing is pinned");
        Steward.approveRoster(site, rosterFile(key.publicKey()), CLOCK);
        assertTrue(
                Steward.offers(site, CLOCK).getFirst().group().isEmpty(), "three make no groups");
        var members = new ArrayList<RosterDocument.Member>();
        members.add(new RosterDocument.Member(new SiteId("london"), key.publicKey()));
        IntStream.range(0, 12).forEach(i -> members.add(member("site-" + i)));
        var file = directory.resolve("larger.json");
        var coordinator = SigningKey.generate(random).publicKey();
        Files.write(
                file, RosterFile.bytes(new RosterDocument(2, 0, coordinator, members)).toArray());
        Steward.approveRoster(site, file, CLOCK);
        int group = Steward.offers(site, CLOCK).getFirst().group().orElseThrow();
        assertTrue(group == 4 || group == 5, () -> "13 sites in three groups: " + group);
    }

    @Test
    void aPlanThatThePolicyDoesNotAllowCannotBeApproved() {
        offer();
        Steward.initPolicy(site);
        var hash = Steward.offers(site, CLOCK).getFirst().hash().hex();
        var refusal =
                assertThrows(ConfideException.class, () -> Steward.approvePlan(site, hash, CLOCK));
        assertEquals(ErrorCode.DENIED, refusal.code());
        assertTrue(refusal.getMessage().contains("does not allow the study risk"));
        assertFalse(Steward.offers(site, CLOCK).getFirst().approved().isPresent());
    }

    @Test
    void aPlanThatWasNeverOfferedOrAShortPrefixIsNotFound() {
        offer();
        for (String hash : List.of("00000000", "1234567")) {
            assertEquals(
                    ErrorCode.NOT_FOUND,
                    assertThrows(
                                    ConfideException.class,
                                    () -> Steward.approvePlan(site, hash, CLOCK))
                            .code());
        }
    }

    @Test
    void theStarterPolicyIsValidAllowsNothingAndIsNotOverwritten() throws IOException {
        var policy = PolicyFile.parse(Files.readString(Steward.initPolicy(site)));
        assertEquals(List.of(), policy.allow());
        assertEquals(Templates.text(Templates.Kind.POLICY), Files.readString(home.policy()));
        assertTrue(Files.exists(site.resolve(Templates.Kind.POLICY.schemaName())));
        assertEquals(
                ErrorCode.CONFLICT,
                assertThrows(ConfideException.class, () -> Steward.initPolicy(site)).code());
    }

    @Test
    void aPolicyThatCannotBeWrittenLeavesNeitherAFileNorAFolder() throws IOException {
        var home = longestFolder();
        assertEquals(
                ErrorCode.DISK_FULL,
                assertThrows(ConfideException.class, () -> Steward.initPolicy(home)).code());
        assertFalse(Files.exists(home));
        Files.createDirectories(site.resolve("policy.yaml.new/in-the-way"));
        assertThrows(ConfideException.class, () -> Steward.initPolicy(site));
        assertFalse(Files.exists(site.resolve(Templates.Kind.POLICY.schemaName())));
    }

    /** A folder that can be made, but whose name leaves no room for one of a file in it. */
    private Path longestFolder() throws IOException {
        var folder = directory;
        int left = 4090 - directory.toString().length();
        while (left > 202) {
            folder = folder.resolve("x".repeat(200));
            left -= 201;
        }
        Files.createDirectories(folder);
        return folder.resolve("x".repeat(left - 1));
    }

    @Test
    void theEgressReportAddsUpByJobAndCategory() {
        try (var ledger = EgressLedger.open(home.egress(), InstantSource.fixed(Instant.EPOCH))) {
            for (int round = 1; round <= 3; round++) {
                ledger.sent(Optional.of(JOB), round, Egress.MASKED_INPUT, 100);
                ledger.sent(Optional.of(JOB), round, Egress.SIGNATURES, 64);
            }
            ledger.refused(JOB, 4, "K10");
        }
        var report = Steward.egress(site);
        assertEquals(1, report.refused());
        assertEquals(
                List.of(
                        new Steward.EgressLine(JOB.toString(), "masked inputs", 3, 300),
                        new Steward.EgressLine(JOB.toString(), "signatures", 3, 192)),
                report.lines());
        assertEquals(Optional.of(Instant.EPOCH), report.from());
    }

    @Test
    void theStatusOfAStoppedSiteTellsWhoItIs() {
        var status = Status.of(site);
        assertEquals(Status.State.STOPPED, status.state());
        assertEquals(Optional.of("london"), status.site());
        assertEquals(Optional.of("https://localhost:8443"), status.coordinator());
        assertEquals(Status.State.NOT_ENROLLED, Status.of(directory.resolve("nowhere")).state());
    }

    @Test
    void theStatusNamesTheMemberThatTheSiteIsConnectedTo() throws IOException {
        Files.writeString(
                home.configuration(),
                "coordinator: [https://a.example:8443, https://b.example:8443]\nsite: london\n");
        assertEquals(
                Optional.of("https://a.example:8443, https://b.example:8443"),
                Status.of(site).coordinator());
        try (var _ = HomeLock.take(home)) {
            new ReadyFile(home, new SiteId("london"), CLOCK)
                    .write(
                            URI.create("https://b.example:8443"),
                            MaskWarmUp.run(new SecureRandom()));
            var status = Status.of(site);
            assertEquals(Status.State.CONNECTED, status.state());
            assertEquals(Optional.of("https://b.example:8443"), status.coordinator());
            var ready = new ObjectMapper().readTree(home.ready().toFile());
            assertTrue(ready.path("warmedUpBytes").asLong() >= MaskWarmUp.BYTES_MIN);
        }
    }

    private void allow() throws IOException {
        Files.writeString(
                home.policy(),
                """
                defaults: {minimumCohort: 3, minimumIncluded: 3}
                allow:
                  - {study: risk, models: [logistic], release: {atMost: weights}}
                """);
    }

    private void offer() {
        offer(Optional.empty());
    }

    private void offer(Optional<Groups> groups) {
        var feature =
                new Feature(
                        "age",
                        Feature.Kind.NUMBER,
                        Optional.empty(),
                        Optional.empty(),
                        Feature.Transform.NONE,
                        0,
                        1);
        var dictionary =
                new Study.Dictionary(
                        new Study.Label("event", "death"),
                        "patient",
                        List.of(feature),
                        Study.Missing.ZERO_AFTER_SCALING);
        var plan =
                new Plan(
                        "job",
                        new Study("risk", "predict", "jane@hospital.example", dictionary),
                        new ModelSpec.Logistic(),
                        new Training(Training.Mode.FEDAVG, 2, 1, 0, 0.1, 0),
                        new Plan.Aggregation(
                                3,
                                0,
                                2.0,
                                16,
                                100,
                                30,
                                Rounding.STOCHASTIC,
                                Rotation.NONE,
                                1,
                                groups),
                        new Plan.Evaluation(2, 7, 10),
                        Plan.Release.WEIGHTS,
                        Bytes.wrap(new byte[16]));
        Offers.record(home, JOB, PlanJson.bytes(plan));
    }

    private Path rosterFile(Bytes ours) throws IOException {
        var roster =
                new RosterDocument(
                        1,
                        0,
                        SigningKey.generate(random).publicKey(),
                        List.of(
                                new RosterDocument.Member(new SiteId("london"), ours),
                                member("paris"),
                                member("rome")));
        var file = directory.resolve("roster.json");
        Files.write(file, RosterFile.bytes(roster).toArray());
        return file;
    }

    private RosterDocument.Member member(String name) {
        return new RosterDocument.Member(new SiteId(name), SigningKey.generate(random).publicKey());
    }
}
