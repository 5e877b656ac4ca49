package io.confide.common.files;

import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;

import java.net.URI;
import java.util.List;

/**
 * {@code participant.yaml}: what the operator of an institution writes.
 *
 * @param coordinators the sites' port of each member of the coordinator, all with one authority; 1 to {@link
 *     #COORDINATORS_MAX}, each once
 */
public record ParticipantConfig(
        List<URI> coordinators, SiteId site, Training training, List<DatasetBinding> datasets) {
    /** Addresses of one coordinator. */
    public static final int COORDINATORS_MAX = 16;

    public ParticipantConfig {
        coordinators = List.copyOf(coordinators);
        if (coordinators.isEmpty()) {
            throw new IllegalArgumentException("a site has a coordinator");
        }
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
