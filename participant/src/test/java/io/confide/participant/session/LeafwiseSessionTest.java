package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Task;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Sessions whose vectors are made leaf by leaf, kept in a file and sent from there. */
class LeafwiseSessionTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());

    @TempDir Path directory;
    private TestConsortium consortium;
    private volatile double element = 0.25;

    private TestSite first() {
        return consortium.sites.getFirst();
    }

    private void start() {
        consortium =
                new TestConsortium(
                        directory, 3, Studies.plan(new ModelSpec.Mlp(List.of(4096, 128))));
        for (var site : consortium.sites) {
            site.arrayWordsMax = 0;
            site.trainer =
                    TestSite.trainer(
                            (plan, _) -> {
                                int parameters = ParameterManifest.of(plan).parameterCount();
                                double[] update = new double[parameters];
                                Arrays.fill(update, element / Math.sqrt(parameters));
                                return Map.of(
                                        Payloads.UPDATE, update,
                                        Payloads.WEIGHT, new double[] {0.5},
                                        Payloads.LOSS, new double[] {1});
                            });
        }
        consortium.start().offerToAll();
        consortium.setUp(1, 1);
    }

    @AfterEach
    void close() {
        consortium.close();
    }

    @Test
    void theSumIsExactAndAnotherProcessSendsTheSameBytes() throws Exception {
        start();
        var round = consortium.round(1, TRAIN);
        for (int site = 0; site < 3; site++) {
            consortium.collect(round, site);
        }
        var sent = first().link.uploads.get(1L);
        first().close();
        first().start();
        consortium.offer(first());
        var again = consortium.answer(SiteMessage.Upload.class, 0, round.open());
        assertInstanceOf(VectorBody.Chunked.class, again.vector());
        assertEquals(sent, first().link.uploads.get(1L));
        var sum = consortium.finish(round, consortium.codec(TRAIN), List.of(1, 2));
        assertEquals(3 * 0.5, sum.get(Payloads.WEIGHT)[0], 1e-6);
        double[] update = sum.get(Payloads.UPDATE);
        assertEquals(3 * 0.25 / Math.sqrt(update.length), update[update.length - 1], 1e-3);
    }

    @Test
    void anInputThatCannotBeMadeCostsItsRoundAlone() {
        start();
        element = Double.NaN;
        first().link.say(new CoordinatorBody.Protocol(consortium.round(1, TRAIN).open()));
        var declined = first().link.next(SiteBody.Declined.class);
        assertEquals("FAULT", declined.check());
        element = 0.25;
        var open = consortium.round(2, TRAIN).open();
        assertInstanceOf(
                VectorBody.Chunked.class,
                consortium.answer(SiteMessage.Upload.class, 0, open).vector());
    }
}
