package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.governance.Actor;
import io.confide.common.governance.Role;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.SiteInbox;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

class PeerMailTest {
    private static final JobId JOB = new JobId(new UUID(3, -4));
    private static final SiteId SITE = new SiteId("lyon");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final Bytes BOOT = Bytes.ofHex("00112233445566778899aabbccddeeff");

    private static SiteBody.Greeting greeting() {
        return new SiteBody.Greeting(
                BOOT,
                NOW,
                "confide 1",
                List.of(new SiteBody.Dataset("pbc", "two-year-risk", List.of("age", "sex"))),
                new Capacity(8, 4096, Optional.of("cuda")));
    }

    static Stream<PeerMail> mails() {
        return Stream.of(
                new PeerMail.SiteArrived(
                        SITE, greeting(), SiteInbox.Session.RESUMED, new TreeSet<>(Set.of(JOB))),
                new PeerMail.SitesHere(new TreeMap<>(Map.of(SITE, greeting()))),
                new PeerMail.SiteLeft(SITE),
                new PeerMail.SiteTurnedAway(SITE, Duration.ofSeconds(-90)),
                new PeerMail.SiteSaid(
                        SITE, new SiteBody.Progress(JOB, 7, SiteBody.Stage.UPLOADING)),
                new PeerMail.TellSite(SITE, new CoordinatorBody.JobEnded(JOB, "COMPLETED")),
                new PeerMail.Leads(
                        List.of(
                                new Led(
                                        JOB,
                                        new FencingToken(5),
                                        new TreeMap<>(Map.of(SITE, BOOT))))),
                new PeerMail.Reads(Set.of(JOB)),
                new PeerMail.DelaysHere(
                        new TreeMap<>(
                                Map.of(
                                        SITE,
                                        new DelaysView(
                                                3,
                                                OptionalLong.of(128),
                                                OptionalLong.of(4096),
                                                Map.of("upload", 2)),
                                        new SiteId("oslo"),
                                        new DelaysView(
                                                1,
                                                OptionalLong.empty(),
                                                OptionalLong.empty(),
                                                Map.of())))),
                new PeerMail.Happened(
                        JOB, new EventView(9, NOW, "uploaded", Map.of("site", "lyon", "round", 3))),
                new PeerMail.VectorBytes(JOB, 4, SITE),
                new PeerMail.StoreChunk(JOB, 4, SITE, 2, Bytes.ofHex("010203")),
                new PeerMail.HaveChunks(JOB, 4, SITE),
                new PeerMail.ModelBytes(Digest.of(BOOT)),
                new PeerMail.ReadHere(JOB),
                new PeerMail.Intervene(
                        PeerMail.Intervention.PAUSE,
                        JOB,
                        new Actor("lyon/steward", Set.of(Role.STEWARD), Optional.of(SITE))),
                new PeerMail.RunningHere());
    }

    @ParameterizedTest
    @MethodSource("mails")
    void whatOneMemberSaysTheOtherHears(PeerMail mail) throws WireException {
        assertEquals(mail, PeerReader.mail(PeerWriter.of(mail)));
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsAmongTheExamples(PeerKind kind) {
        assertEquals(1, mails().filter(mail -> PeerKind.of(mail) == kind).count());
    }

    @ParameterizedTest
    @MethodSource("mails")
    void nothingShorterAndNothingLongerIsTaken(PeerMail mail) {
        byte[] whole = PeerWriter.of(mail);
        assertThrows(
                WireException.class, () -> PeerReader.mail(Arrays.copyOf(whole, whole.length + 1)));
        for (int length = 0; length < whole.length; length += 5) {
            var part = Arrays.copyOf(whole, length);
            assertThrows(WireException.class, () -> PeerReader.mail(part));
        }
    }

    @Test
    void aNegativeLengthIsRefusedLikeAnythingElseThatIsWrong() {
        byte[] bytes = PeerWriter.of(new PeerMail.SiteLeft(SITE));
        bytes[0] = -1;
        assertThrows(WireException.class, () -> PeerReader.mail(bytes));
    }

    @Test
    void howFarJobsAre() throws WireException {
        var views =
                List.of(
                        new RunningView(JOB.toString(), OptionalLong.empty(), Optional.empty()),
                        new RunningView(
                                JOB.toString(),
                                OptionalLong.of(12),
                                Optional.of(
                                        new OpenRoundView(
                                                3,
                                                NOW,
                                                NOW.plusSeconds(60),
                                                List.of("lyon", "oslo"),
                                                Set.of("oslo"),
                                                Set.of("lyon")))));
        assertEquals(views, PeerReader.running(PeerWriter.running(views)));
    }
}
