package io.confide.e2e;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.RoundEvidence.Certificate;
import io.confide.coordinator.port.RoundEvidence.Keeping;
import io.confide.coordinator.port.Views.RoundView;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a page shows of a round that never was: every seventh was voted on, without the last site. */
final class MadeUpEvidence {
    /** What may be the name of a site. */
    private static final Pattern SITE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private MadeUpEvidence() {}

    private static Digest some(String of) {
        return Digest.of(of.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a round that was open for nine seconds from {@code opened} on. */
    static RoundEvidence of(
            JobId job, long round, List<String> sites, int threshold, Instant opened) {
        boolean voted = round % 7 == 0;
        var included = voted ? sites.subList(0, sites.size() - 1) : sites;
        var signed =
                new SignedBody(some("body " + round).value(), some("signature " + round).value());
        var signatures = new TreeMap<SiteId, Bytes>();
        if (voted) {
            // Nobody else could have a key.
            included.stream()
                    .filter(SITE.asMatchPredicate())
                    .forEach(site -> signatures.put(new SiteId(site), signed.signature()));
        }
        var fields = new RoundFields(job, some("epoch"), round);
        var result =
                new ResultBody(
                        fields,
                        Digest.of(signed.body()),
                        some("model before " + (round + 1)),
                        ResultBody.Status.DONE);
        return new RoundEvidence(
                job,
                new RoundView(round, 1, "train final", sites, included, List.of(), "DONE", 9),
                voted ? Certificate.VOTED : Certificate.FAST,
                threshold,
                threshold,
                opened,
                opened.plusSeconds(9),
                signed,
                new ContextFields(
                        fields,
                        some("model before " + round),
                        some("configuration " + round),
                        some("codec"),
                        SiteSet.all(sites.size())),
                Collections.emptySortedMap(),
                Optional.of(signed.body()),
                signatures,
                Optional.of(new SignedBody(result.bytes(), signed.signature())),
                Optional.empty(),
                List.of(new RoundEvidence.Part("keySetup", Keeping.NOT_KEPT, "It is deleted.")));
    }
}
