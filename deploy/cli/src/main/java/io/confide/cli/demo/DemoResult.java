package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.participant.baseline.Comparison;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the demo found out.
 *
 * @param federated out-of-fold AUC: from the coordinator's secure evaluation, or, of a job with a guarantee, the mean of
 *     runs that the demo made itself
 * @param comparison computed by the demo from single scores, which it may because its data are public
 * @param privacy what the job cost every record, and towards whom; empty without a guarantee
 * @param model folder of the finished model
 */
record DemoResult(
        DemoStudy study,
        JsonNode job,
        JsonNode rounds,
        double federated,
        Comparison comparison,
        Optional<DemoPrivacy> privacy,
        double seconds,
        Path model,
        String dashboard) {
    /** The European hospitals, where there are others beside them. */
    boolean hasEurope() {
        var group = comparison.subset();
        return group.rows() > 0 && group.rows() < comparison.all().rows();
    }
}
