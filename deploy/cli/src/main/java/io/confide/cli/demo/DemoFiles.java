package io.confide.cli.demo;

import io.confide.cli.demo.DemoStudy.Hospital;
import io.confide.common.files.JobFile;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;

import java.io.IOException;
import java.nio.file.Files;

/** Writes the files that people would write: what the demo runs can be read, changed and run again by hand. */
final class DemoFiles {
    private final DemoHome home;
    private final FreePorts ports;

    DemoFiles(DemoHome home, FreePorts ports) {
        this.home = home;
        this.ports = ports;
    }

    private void coordinator() throws IOException {
        Files.createDirectories(home.coordinator());
        Files.writeString(
                home.coordinatorYaml(),
                """
                # A coordinator on this machine only. Written by confide demo.
                name: localhost
                sites: {address: 127.0.0.1, port: %d}        # mutual TLS
                people: {address: 127.0.0.1, port: %d}       # REST
                management: {address: 127.0.0.1, port: %d}   # metrics and health
                store: {url: "jdbc:sqlite:data/confide.db"}
                roster: %s
                """
                        .formatted(
                                ports.sites(), ports.people(), ports.management(), home.roster()));
    }

    /** The home of one hospital as its operator and its steward would write it. */
    private void site(Hospital hospital, DemoStudy study) throws IOException {
        int minimum = study.minimumIncluded();
        var directory = home.site(hospital.site());
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("participant.yaml"),
                """
                # %s. Written by confide demo.
                coordinator: https://localhost:%d
                site: %s
                training: {device: cpu, threads: 1}
                datasets:
                  - name: %s
                    study: %s
                    query: |
                """
                                .formatted(
                                        hospital.title(),
                                        ports.sites(),
                                        hospital.site(),
                                        study.dataset(),
                                        study.name())
                        + hospital.query().stripTrailing().indent(6));
        // With the study at hand, the site checks its data before it connects.
        Files.writeString(
                Files.createDirectories(directory.resolve("studies"))
                        .resolve(study.name() + ".yaml"),
                study.studyYaml());
        Files.writeString(
                directory.resolve("policy.yaml"),
                """
                # What the data steward of %s allows. Written by confide demo.
                defaults: {minimumCohort: %d, minimumIncluded: %d, secureAggregation: required, approval: manual}
                allow:
                  - study: %s
                    models: [logistic, mlp]
                    privacy: %s
                    release: {atMost: weights}
                """
                        .formatted(
                                hospital.title(), minimum, minimum, study.name(), privacy(study)));
    }

    /** A budget for two such jobs where the job needs one: there is something left to see. */
    private static String privacy(DemoStudy study) {
        return JobFile.parse(study.jobYaml())
                .privacy()
                .map(
                        asked ->
                                "{required: true, epsilonPerRecord: %s, delta: %s}"
                                        .formatted(2 * asked.epsilon(), asked.delta()))
                .orElse("{required: false}");
    }

    /** The roster that the consortium agrees on, over the keys that the sites made. */
    void roster(RosterDocument roster) throws IOException {
        Files.write(home.roster(), RosterFile.bytes(roster).unsafeArray());
    }

    /** Everything that is written before a process starts. */
    void write(DemoStudy study) throws IOException {
        coordinator();
        for (var hospital : study.hospitals()) {
            site(hospital, study);
        }
        Files.writeString(home.study(), study.studyYaml());
        Files.writeString(home.job(), study.jobYaml());
    }
}
