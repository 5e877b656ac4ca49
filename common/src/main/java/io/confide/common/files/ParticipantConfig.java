package io.confide.common.files;

import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;

import java.net.URI;
import java.util.List;

/** {@code participant.yaml}: what the operator of an institution writes. */
public record ParticipantConfig(
        URI coordinator, SiteId site, Training training, List<DatasetBinding> datasets) {
    public ParticipantConfig {
        datasets = List.copyOf(datasets);
    }

    /** @param threads CPU threads of local training, at least 1 */
    public record Training(Device device, int threads) {}

    /** Where local training computes. */
    public enum Device {
        AUTO,
        CPU,
        GPU
    }

    /**
     * One dataset.
     *
     * @param query DuckDB SQL whose columns have the names and units of the study's dictionary
     */
    public record DatasetBinding(
            String name, String study, Sensitivity sensitivity, String query) {}
}
