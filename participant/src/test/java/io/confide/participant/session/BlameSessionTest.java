package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Bytes;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Task;
import io.confide.common.secagg.BlameAnswerBody;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.wire.SiteBody;
import io.confide.participant.vault.Egress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** R11 at a whole site: it proves a share that left, writes that into its ledger, and proves nothing else. */
class BlameSessionTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());

    @TempDir Path directory;

    @Test
    void aSiteProvesAShareThatLeftAndNoOther() {
        try (var consortium =
                new TestConsortium(directory, 3, Studies.plan(new ModelSpec.Logistic()))) {
            consortium.sites.forEach(site -> site.trainer = TestSite.trainer((_, _) -> payload()));
            consortium.start().offerToAll();
            consortium.setUp(1, 1);
            var round = consortium.round(1, TRAIN);
            for (int site = 0; site < 3; site++) {
                consortium.collect(round, site);
            }
            var fast = round.fastCert().orElseThrow();
            var reveal = consortium.answer(SiteMessage.Reveal.class, 0, fast);
            long before = sharesThatLeft(consortium);
            var answer =
                    consortium.answer(
                            SiteMessage.BlameAnswer.class,
                            0,
                            blame(consortium, round, SecretKind.SELF));
            var body = BlameAnswerBody.parse(answer.body().body()).orElseThrow();
            assertEquals(
                    RevealBody.parse(reveal.body().body()).orElseThrow().shares().get(1).value(),
                    body.share());
            assertEquals(before + 1, sharesThatLeft(consortium));
            var declined =
                    assertInstanceOf(
                            SiteBody.Declined.class,
                            consortium.ask(0, blame(consortium, round, SecretKind.RECOVERY)));
            assertEquals("R11", declined.check());
            assertEquals(before + 1, sharesThatLeft(consortium));
        }
    }

    private static long sharesThatLeft(TestConsortium consortium) {
        return consortium.sites.getFirst().egress().stream()
                .filter(line -> line.category().equals(Egress.KEY_SHARES.words()))
                .count();
    }

    private static CoordinatorMessage.Blame blame(
            TestConsortium consortium, RoundProtocol round, SecretKind kind) {
        RoundFields fields =
                OpenBody.parse(round.open().body().body()).orElseThrow().context().round();
        Bytes body = new BlameBody(fields, 1, kind).bytes();
        return new CoordinatorMessage.Blame(
                consortium.job, new SignedBody(body, consortium.coordinator.sign(body)));
    }

    private static Map<String, double[]> payload() {
        int parameters = ParameterManifest.of(new ModelSpec.Logistic(), 2, 1).parameterCount();
        return Map.of(
                Payloads.UPDATE,
                new double[parameters],
                Payloads.WEIGHT,
                new double[] {0.5},
                Payloads.LOSS,
                new double[] {1});
    }
}
