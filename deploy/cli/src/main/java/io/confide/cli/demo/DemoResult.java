package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.participant.baseline.Comparison;

import java.nio.file.Path;

/**
 * What the demo found out.
 *
 * @param federated out-of-fold AUC from the coordinator's secure evaluation
 * @param comparison computed by the demo from single scores, which it may because its data are public
 * @param model folder of the finished model
 */
record DemoResult(
        DemoStudy study,
        JsonNode job,
        JsonNode rounds,
        double federated,
        Comparison comparison,
        double seconds,
        Path model,
        String dashboard) {
    /** The European hospitals, where there are others beside them. */
    boolean hasEurope() {
        var group = comparison.subset();
        return group.rows() > 0 && group.rows() < comparison.all().rows();
    }
}
