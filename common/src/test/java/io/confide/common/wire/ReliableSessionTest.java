package io.confide.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.Subject;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

class ReliableSessionTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));

    @Property(tries = 500)
    void deliversEverythingOnceAndInOrderOverALinkThatBreaks(@ForAll long seed) throws Exception {
        var link = new BreakingLink(new Random(seed));
        for (int i = 0; i < 200; i++) {
            link.step();
        }
        link.settle();
        assertEquals(link.saidBySite, link.heardFromSite);
        assertEquals(link.saidByCoordinator, link.heardFromCoordinator);
        assertTrue(link.site.unacknowledged().isEmpty());
        assertTrue(link.coordinator.unacknowledged().isEmpty());
    }

    @Test
    void numbersNeitherGreetingsNorProgressNorAcknowledgements() throws Exception {
        var site = ReliableSession.ofSite();
        var greeting =
                new SiteBody.Greeting(
                        Bytes.wrap(new byte[16]),
                        Instant.ofEpochMilli(1),
                        "x",
                        List.of(),
                        new Capacity(2, 4096, Optional.empty()));
        assertEquals(0, site.send(greeting).sequence());
        assertEquals(0, site.send(new SiteBody.Progress(JOB, 1, SiteBody.Stage.IDLE)).sequence());
        assertEquals(0, site.send(new SiteBody.Acknowledge()).sequence());
        assertEquals(
                1, site.send(new SiteBody.Declined(JOB, new Subject.Round(1), "K8")).sequence());
        var coordinator = ReliableSession.ofCoordinator();
        var welcome =
                new CoordinatorBody.Welcome(Instant.ofEpochMilli(1), CoordinatorBody.Session.NEW);
        assertEquals(0, coordinator.send(welcome).sequence());
        assertEquals(0, coordinator.send(new CoordinatorBody.Acknowledge()).sequence());
        assertEquals(1, coordinator.send(ended(1)).sequence());
    }

    @Test
    void aGapBreaksTheConnectionInsteadOfLosingAMessage() {
        var site = ReliableSession.ofSite();
        assertInstanceOf(Received.Deliver.class, site.receive(new Frame<>(1, 0, ended(1))));
        assertInstanceOf(Received.Broken.class, site.receive(new Frame<>(3, 0, ended(3))));
        assertInstanceOf(Received.Deliver.class, site.receive(new Frame<>(2, 0, ended(2))));
    }

    @Test
    void aDuplicateIsNotDeliveredAgain() {
        var site = ReliableSession.ofSite();
        site.receive(new Frame<>(1, 0, ended(1)));
        assertInstanceOf(Received.Duplicate.class, site.receive(new Frame<>(1, 0, ended(1))));
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSentBreaksTheConnection() {
        var site = ReliableSession.ofSite();
        assertInstanceOf(Received.Broken.class, site.receive(new Frame<>(1, 1, ended(1))));
    }

    @Test
    void aSiteThatWasElsewhereIsNeverResumed() throws Exception {
        var coordinator = ReliableSession.ofCoordinator();
        coordinator.send(ended(1));
        var site = ReliableSession.ofSite();
        site.send(new SiteBody.Declined(JOB, new Subject.Round(1), "K8"));
        var first = site.anew(new SiteBody.Acknowledge());
        assertEquals(0, first.sequence());
        assertInstanceOf(Received.Broken.class, coordinator.receive(first));
        assertEquals(1, coordinator.unacknowledged().size());
        assertEquals(
                first.acknowledged(),
                WireCodec.decodeSite(WireCodec.encodeSite(first)).acknowledged());
    }

    @Test
    void acknowledgementsEmptyTheQueueAndAnOlderOneChangesNothing() throws Exception {
        var site = ReliableSession.ofSite();
        for (int i = 1; i <= 3; i++) {
            site.send(new SiteBody.Declined(JOB, new Subject.Round(i), "K8"));
        }
        site.receive(new Frame<>(0, 2, new CoordinatorBody.Acknowledge()));
        site.receive(new Frame<>(0, 1, new CoordinatorBody.Acknowledge()));
        var left = site.unacknowledged();
        assertEquals(1, left.size());
        assertEquals(3, left.getFirst().sequence());
    }

    @Test
    void countsWhatIsStillUnanswered() throws Exception {
        var site = ReliableSession.ofSite();
        site.receive(new Frame<>(1, 0, ended(1)));
        site.receive(new Frame<>(2, 0, ended(2)));
        assertEquals(2, site.unanswered());
        assertEquals(2, site.send(new SiteBody.Acknowledge()).acknowledged());
        assertEquals(0, site.unanswered());
    }

    @Test
    void theQueueIsBounded() throws Exception {
        var site = ReliableSession.ofSite();
        for (int i = 0; i < WireLimits.UNACKNOWLEDGED_MAX; i++) {
            site.send(new SiteBody.Declined(JOB, new Subject.Round(i), "K8"));
        }
        assertThrows(
                SessionFullException.class,
                () -> site.send(new SiteBody.Declined(JOB, new Subject.Round(1), "K8")));
    }

    private static CoordinatorBody ended(long number) {
        return new CoordinatorBody.JobEnded(JOB, Long.toString(number));
    }

    /** Two sessions and a connection whose frames in flight are lost whenever it breaks. */
    private static final class BreakingLink {
        final ReliableSession<SiteBody, CoordinatorBody> site = ReliableSession.ofSite();
        final ReliableSession<CoordinatorBody, SiteBody> coordinator =
                ReliableSession.ofCoordinator();
        final List<SiteBody> saidBySite = new ArrayList<>();
        final List<SiteBody> heardFromSite = new ArrayList<>();
        final List<CoordinatorBody> saidByCoordinator = new ArrayList<>();
        final List<CoordinatorBody> heardFromCoordinator = new ArrayList<>();
        private final ArrayDeque<Frame<SiteBody>> up = new ArrayDeque<>();
        private final ArrayDeque<Frame<CoordinatorBody>> down = new ArrayDeque<>();
        private final Random random;

        BreakingLink(Random random) {
            this.random = random;
        }

        void step() throws Exception {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    var body =
                            new SiteBody.Declined(JOB, new Subject.Round(saidBySite.size()), "K8");
                    saidBySite.add(body);
                    up.add(site.send(body));
                }
                case 2, 3 -> {
                    var body = ended(saidByCoordinator.size());
                    saidByCoordinator.add(body);
                    down.add(coordinator.send(body));
                }
                case 4, 5 -> deliverUp();
                case 6 -> deliverDown();
                default -> {
                    if (random.nextInt(3) == 0) {
                        reconnect();
                    }
                }
            }
        }

        void settle() throws Exception {
            reconnect();
            while (!up.isEmpty() || !down.isEmpty()) {
                deliverUp();
                deliverDown();
            }
            up.add(site.send(new SiteBody.Acknowledge()));
            down.add(coordinator.send(new CoordinatorBody.Acknowledge()));
            deliverUp();
            deliverDown();
        }

        private void reconnect() throws Exception {
            up.clear();
            down.clear();
            var greeting =
                    new SiteBody.Greeting(
                            Bytes.wrap(new byte[16]),
                            Instant.ofEpochMilli(1),
                            "x",
                            List.of(),
                            new Capacity(2, 4096, Optional.empty()));
            coordinator.receive(site.send(greeting));
            var welcome =
                    new CoordinatorBody.Welcome(
                            Instant.ofEpochMilli(1), CoordinatorBody.Session.RESUMED);
            site.receive(coordinator.send(welcome));
            down.addAll(coordinator.unacknowledged());
            up.addAll(site.unacknowledged());
        }

        private void deliverUp() {
            if (!up.isEmpty()
                    && coordinator.receive(up.remove()) instanceof Received.Deliver(var body)
                    && !(body instanceof SiteBody.Acknowledge)) {
                heardFromSite.add(body);
            }
        }

        private void deliverDown() {
            if (!down.isEmpty()
                    && site.receive(down.remove()) instanceof Received.Deliver(var body)
                    && !(body instanceof CoordinatorBody.Acknowledge)) {
                heardFromCoordinator.add(body);
            }
        }
    }
}
