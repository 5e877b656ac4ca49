package io.confide.common.secagg.site;

import io.confide.common.model.Digest;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SiteSet;

import java.util.List;
import java.util.Optional;

/** K11: inputs are summed once, unless every round that had them is proved to stay closed for ever (K27). */
final class SpentInputs {
    private final SiteRecords records;
    private final Digest roster;
    private final RosterKeys keys;

    /** @param roster hash of the roster whose keys these are */
    SpentInputs(SiteRecords records, Digest roster, RosterKeys keys) {
        this.records = records;
        this.roster = roster;
        this.keys = keys;
    }

    /** Whether {@code inputs} may be uploaded, given what the Open carried. */
    boolean permit(SiteRecords.InputKey inputs, List<AbortCert> aborted) {
        return records.spentBy(inputs).stream().allMatch(round -> isClosed(round, aborted));
    }

    /**
     * The sites and the quorum are those of the round's own epoch, as this site recorded them. Under another roster its members
     * have other keys: then nothing proves anything about it.
     */
    private boolean isClosed(SiteRecords.RoundRecord round, List<AbortCert> aborted) {
        Optional<SiteSet> accepted = SiteSet.parse(round.sites(), round.accepted());
        var fields = new RoundFields(round.job(), new Digest(round.epochId()), round.round());
        return round.roster().equals(roster)
                && accepted.isPresent()
                && aborted.stream()
                        .anyMatch(
                                cert -> cert.proves(fields, accepted.get(), round.quorum(), keys));
    }
}
