package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.server.ComplaintFile.Complaint;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.coordinator.job.JobSentences;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;

/**
 * The complaints of a key set-up as people get to know them (PROTOCOL.md §3.4, K6). Each is kept with what proves who made
 * it. Who is right nobody but its two sites can tell: one of them is corrupt or broken.
 */
final class Grievances {
    private static final Logger LOG = LoggerFactory.getLogger(Grievances.class);

    private final JobParts parts;

    Grievances(JobParts parts) {
        this.parts = parts;
    }

    /** Keeps the signed complaints and says what follows from them. */
    void tell(EpochSetup setup) {
        for (Complaint complaint : setup.complaints()) {
            var body = complaint.body();
            parts.feed()
                    .keep(
                            parts.journal(),
                            "complaint",
                            Map.of(
                                    "epoch", setup.terms().epoch(),
                                    "accuser", site(body.accuser()).value(),
                                    "accused", site(body.accused()).value(),
                                    "reason", sentence(complaint),
                                    "body", complaint.signed().body().hex(),
                                    "signature", complaint.signed().signature().hex()));
            LOG.warn(
                    "event=complaint job={} epoch={} accuser={} accused={} reason={}",
                    parts.facts().job(),
                    setup.terms().epoch(),
                    site(body.accuser()),
                    site(body.accused()),
                    body.reason());
        }
    }

    private String sentence(Complaint complaint) {
        return JobSentences.complaint(
                site(complaint.body().accuser()),
                site(complaint.body().accused()),
                complaint.body().reason());
    }

    /** Why there is no epoch. */
    String blocked(EpochSetup setup) {
        List<String> complaints = setup.complaints().stream().map(this::sentence).toList();
        return JobSentences.blocked(
                complaints,
                parts.facts().sites(setup.excluded()),
                setup.terms().roster().colluders(),
                setup.terms().policy().floor());
    }

    private SiteId site(int index) {
        return parts.facts().site(index);
    }
}
