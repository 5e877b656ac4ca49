package io.confide.participant.session;

import io.confide.common.governance.Target;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.RowFaults;
import io.confide.participant.port.SiteData;
import io.confide.participant.privacy.Records;

import java.util.List;
import java.util.Optional;

/** One dataset of made-up rows, the same whenever it is bound. */
record FixedRows(SiteId site, Records rows) implements SiteData {
    @Override
    public List<Target.Dataset> datasets() {
        return List.of(new Target.Dataset(site, "pbc", Studies.NAME, Sensitivity.SPECIAL));
    }

    @Override
    public List<String> columns(String study) {
        return List.of();
    }

    @Override
    public Optional<LocalData> bind(Study study, RowFaults faults) {
        return Optional.of(rows);
    }
}
