package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Task;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A session that starts in the home of another one, which had recorded an upload. */
class ResentSessionTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());

    @TempDir Path directory;
    private TestConsortium consortium;
    private final AtomicInteger trainings = new AtomicInteger();

    @AfterEach
    void close() {
        consortium.close();
    }

    private TestSite site() {
        return consortium.sites.getFirst();
    }

    /** Site 0 has uploaded in round 1 and is gone. */
    private RoundProtocol uploaded(ModelSpec model) {
        consortium = new TestConsortium(directory, 3, Studies.plan(model));
        site().trainer =
                TestSite.trainer(
                        (plan, _) -> {
                            trainings.incrementAndGet();
                            int parameters = ParameterManifest.of(plan).parameterCount();
                            return Map.of(
                                    Payloads.UPDATE, new double[parameters],
                                    Payloads.WEIGHT, new double[] {0.5},
                                    Payloads.LOSS, new double[] {1});
                        });
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
        return consortium.round(1, TRAIN);
    }

    private SiteMessage.Upload ask(CoordinatorMessage.Open open) {
        return consortium.answer(SiteMessage.Upload.class, 0, open);
    }

    private void restart() {
        site().close();
        site().start();
    }

    private void say(CoordinatorMessage message) {
        site().link.say(new CoordinatorBody.Protocol(message));
    }

    private Path kept() {
        return site().home.inputs().resolve(consortium.job.toString());
    }

    @Test
    void theSameBytesLeaveAgainAndNothingIsTrained() {
        var round = uploaded(new ModelSpec.Logistic());
        var first = ask(round.open());
        restart();
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site()).verdict());
        assertEquals(first, ask(round.open()));
        assertEquals(first, ask(round.open()));
        assertEquals(1, trainings.get());
        var lines = site().egress();
        assertEquals(
                3, lines.stream().filter(line -> line.category().equals("masked inputs")).count());
    }

    @Test
    void alsoOverTheDataPlane() {
        var round = uploaded(new ModelSpec.Mlp(List.of(4096, 128)));
        var first = ask(round.open());
        assertInstanceOf(VectorBody.Chunked.class, first.vector());
        var vector = site().link.uploads.get(1L);
        restart();
        consortium.offer(site());
        assertEquals(first, ask(round.open()));
        assertEquals(vector, site().link.uploads.get(1L));
        assertEquals(1, trainings.get());
    }

    /** Until it is clear that the plan is still permitted nothing leaves, and then without another question. */
    @Test
    void aRequestWaitsForTheVerdict() {
        var round = uploaded(new ModelSpec.Logistic());
        var first = ask(round.open());
        var bound = new CountDownLatch(1);
        site().whenDataIsBound =
                () -> {
                    try {
                        assertTrue(bound.await(20, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                };
        restart();
        site().link
                .say(
                        new CoordinatorBody.PlanOffer(
                                consortium.job, PlanJson.bytes(consortium.plan)));
        say(round.open());
        say(consortium.round(7, TRAIN).open());
        var declined = site().link.next(SiteBody.Declined.class);
        assertEquals("K24", declined.check(), "of a round of which nothing is recorded");
        assertTrue(site().link.saysNothingMore());
        bound.countDown();
        assertEquals(
                SiteBody.Verdict.PERMITTED, site().link.next(SiteBody.PlanAnswer.class).verdict());
        assertEquals(first, site().link.next(SiteBody.Protocol.class).message());
    }

    @Test
    void nothingLeavesOnceTheStewardHasTakenThePermissionBack() {
        var round = uploaded(new ModelSpec.Logistic());
        ask(round.open());
        site().close();
        site().removePolicy();
        site().start();
        assertEquals(SiteBody.Verdict.DENIED, consortium.offer(site()).verdict());
        say(round.open());
        assertEquals("K24", site().link.next(SiteBody.Declined.class).check());
    }

    @Test
    void nothingLeavesAnyMoreThoughItHasLeftAgainBefore() {
        var round = uploaded(new ModelSpec.Logistic());
        var first = ask(round.open());
        restart();
        assertEquals(SiteBody.Verdict.PERMITTED, consortium.offer(site()).verdict());
        assertEquals(first, ask(round.open()));
        site().removePolicy();
        assertEquals(
                SiteBody.Verdict.DENIED, site().link.next(SiteBody.PlanAnswer.class).verdict());
        say(round.open());
        assertEquals("K24", site().link.next(SiteBody.Declined.class).check());
    }

    @Test
    void aFileThatIsNotWhatWasRecordedIsNotSent() throws IOException {
        var round = uploaded(new ModelSpec.Logistic());
        ask(round.open());
        site().close();
        byte[] content = Files.readAllBytes(kept());
        content[content.length - 1] ^= 1;
        Files.write(kept(), content);
        site().start();
        consortium.offer(site());
        say(round.open());
        assertEquals("K24", site().link.next(SiteBody.Declined.class).check());
    }

    @Test
    void theEndOfTheRoundOverwritesIt() {
        var round = uploaded(new ModelSpec.Logistic());
        ask(round.open());
        restart();
        consortium.offer(site());
        say(round.result(ResultBody.Status.TOO_FEW, Digest.ZERO));
        say(round.open());
        assertEquals("K24", site().link.next(SiteBody.Declined.class).check());
        assertEquals(
                List.of("TOO_FEW"),
                site().egress().stream()
                        .filter(line -> line.category().equals("outcome"))
                        .flatMap(line -> line.note().stream())
                        .toList());
    }

    @Test
    void theEndOfTheJobOverwritesIt() {
        var round = uploaded(new ModelSpec.Logistic());
        ask(round.open());
        restart();
        site().link.say(new CoordinatorBody.JobEnded(consortium.job, "FAILED"));
        consortium.offer(site());
        say(round.open());
        assertEquals("K24", site().link.next(SiteBody.Declined.class).check());
        site().close();
        assertFalse(Files.exists(kept()) && holdsSomething());
        site().start();
    }

    private boolean holdsSomething() {
        try {
            for (byte value : Files.readAllBytes(kept())) {
                if (value != 0) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
