package io.confide.participant.port;

import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Study;

import java.util.List;
import java.util.Optional;

/** The datasets that this site's operator has bound. */
public interface SiteData {
    /** The bound datasets, for decide(). */
    List<Target.Dataset> datasets();

    /** The columns of the dataset for {@code study} as the coordinator may know them; empty if none is known. */
    List<String> columns(String study);

    /**
     * The rows for {@code study} under exactly its dictionary; empty if no dataset is bound to it. May read files and take
     * long the first time; repeated calls give the same rows.
     *
     * @throws ConfideException one sentence for the operator if the query cannot be run, its columns are not the
     *     dictionary's, or, where {@code faults} are refused, the rows do not meet it
     */
    Optional<LocalData> bind(Study study, RowFaults faults);
}
