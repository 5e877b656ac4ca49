package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.wire.SiteBody;
import io.confide.participant.ledger.LedgerEntry;
import io.confide.participant.ledger.LedgerView;
import io.confide.participant.session.StoppedSite.Point;
import io.confide.participant.vault.Home;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.AssertionFailedError;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * F11: a real process is killed (SIGKILL) at each point around the charge of a release, and the site comes back in its home.
 * Whatever left it is charged, round by round; other bytes are another charge; noise never comes twice. Asked for the round it
 * died in, it sends what it had recorded, byte by byte, or nothing.
 */
class KilledSiteTest {
    @TempDir Path directory;

    /**
     * @param left uploads that had left by then
     * @param charged releases that the ledger has by then: never fewer
     */
    @ParameterizedTest
    @CsvSource({
        "ASKED, 0, 0",
        "WRITTEN, 0, 1",
        "FORCED, 0, 1",
        "WITNESSED, 0, 1",
        "CHARGED, 0, 1",
        "RECORDED, 0, 1",
        "UPLOADED, 1, 1",
        "SIGNED, 1, 1",
        "REVEALED, 1, 1"
    })
    void whateverLeftIsChargedAndSoIsEveryOtherAttempt(Point point, int left, int charged)
            throws Exception {
        killAt(point);
        requireEverythingThatLeftIsCharged();
        assertEquals(left, left().size());
        assertEquals(charged, charges().size());
        comeBack(point);
        requireEverythingThatLeftIsCharged();
    }

    /** The comparison notices a ledger that answers first and writes later. */
    @Test
    void aLedgerThatAnswersBeforeItWritesIsNoticed() throws Exception {
        killAt(Point.UPLOADED_WITH_A_LATE_LEDGER);
        assertEquals(1, left().size());
        assertThrows(AssertionFailedError.class, this::requireEverythingThatLeftIsCharged);
    }

    private void killAt(Point point) throws Exception {
        var command =
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        // Ten of them live for a second or two each: they compile little and
                        // collect nothing.
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoppedSite.class.getName(),
                        directory.toString(),
                        point.name());
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            var said = new StringBuilder();
            String line = output.readLine();
            while (line != null && !line.equals("stopped at " + point)) {
                said.append(line).append('\n');
                line = output.readLine();
            }
            assertNotNull(line, said::toString);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** The coordinator asks for the same inputs again, under the same round number if the site allows it. */
    private void comeBack(Point killed) throws Exception {
        boolean spent = killed.compareTo(Point.RECORDED) >= 0;
        int before = charges().size();
        int round = spent ? 2 : 1;
        try (var consortium = StoppedSite.consortium(directory)) {
            var site = consortium.sites.getFirst();
            site.links = () -> new StoppedSite.Outside(directory);
            try (var ledger = StoppedSite.ledger(site)) {
                site.budgets = ledger;
                consortium.start().offerToAll();
                consortium.setUp(2, round);
                var opened = consortium.round(round, StoppedSite.TRAIN);
                askForTheSame(consortium, opened.open(), spent);
                if (spent) {
                    var declined =
                            assertInstanceOf(
                                    SiteBody.Declined.class, consortium.ask(0, opened.open()));
                    assertEquals("K11", declined.check());
                } else {
                    consortium.collect(opened, 0);
                }
                site.close();
            }
            site.start();
        }
        assertEquals(before + (spent ? 0 : 1), charges().size());
    }

    /** The coordinator still has round 1 open. */
    private void askForTheSame(
            TestConsortium consortium, CoordinatorMessage.Open beside, boolean recorded)
            throws IOException {
        var open = StoppedSite.opened(directory, beside);
        for (int times = 0; times < 2; times++) {
            var answer = consortium.ask(0, open);
            if (recorded) {
                var said = assertInstanceOf(SiteBody.Protocol.class, answer).message();
                var upload = assertInstanceOf(SiteMessage.Upload.class, said);
                var vector = assertInstanceOf(VectorBody.Inline.class, upload.vector()).bytes();
                var header = HeaderBody.parse(upload.header().body()).orElseThrow();
                assertEquals(VectorHash.ofBytes(vector.toArray()), header.vectorHash());
                assertEquals(Set.of("1 " + header.vectorHash().hex()), left());
            } else {
                assertEquals("K8", assertInstanceOf(SiteBody.Declined.class, answer).check());
                assertEquals(Set.of(), left());
            }
        }
    }

    private void requireEverythingThatLeftIsCharged() throws IOException {
        var charges = charges();
        for (long round = 1; round <= 2; round++) {
            long number = round;
            long paid = charges.stream().filter(charge -> charge.round() == number).count();
            long gone = left().stream().filter(upload -> upload.startsWith(number + " ")).count();
            assertTrue(
                    gone <= paid,
                    () -> gone + " uploads of round " + number + ", " + paid + " paid");
        }
        // There are no records: what was charged is the noise alone, and it never comes twice.
        assertEquals(
                charges.size(),
                charges.stream().map(LedgerEntry.Committed::input).distinct().count());
    }

    /** Rounds and bytes of what left, each once: identical bytes may leave again. */
    private Set<String> left() throws IOException {
        var file = StoppedSite.Outside.file(directory);
        return Files.exists(file) ? new HashSet<>(Files.readAllLines(file)) : Set.of();
    }

    private List<LedgerEntry.Committed> charges() {
        var home = new Home(directory.resolve("site0"));
        return LedgerView.read(home).entries().stream()
                .filter(LedgerEntry.Committed.class::isInstance)
                .map(LedgerEntry.Committed.class::cast)
                .toList();
    }
}
