package io.confide.common.files;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobSpec;
import io.confide.common.model.Plan;
import io.confide.common.privacy.PrivatePlanning;

/** Whole files that use every key, and a plan made of them. */
public final class Examples {
    public static final String STUDY =
            """
            study: pbc-two-year-risk
            purpose: Predict death or transplant within two years in primary biliary cholangitis
            accountable: jane.doe@hospital.example
            dictionary:
              label: {name: event2y, type: binary, meaning: death or transplant within 730 days}
              patient: {name: patient_id, role: id}
              features:
                - {name: male,      type: binary}
                - {name: age,       type: number, unit: years,  range: [18, 100], center: 55, scale: 15}
                - {name: bilirubin, type: number, unit: umol/L, range: [1, 1000], transform: log, center: 3.69, scale: 1}
              missing: zero-after-scaling
            """;

    public static final String JOB =
            """
            job: logistic-private
            study: pbc-two-year-risk
            model: {kind: mlp, hidden: [32, 16]}
            training:
              mode: fedavg
              rounds: 10
              localEpochs: 3
              batchSize: 8
              l2: 0.02
              optimiser: {kind: sgd, learningRate: 0.8}
            aggregation: {minimumIncluded: 6, minimumDifference: 1, clipNorm: 2.5, bits: 16, recordsMax: 500, roundSeconds: 30, rounding: stochastic, rotation: none, audit: false, secureAggregation: required}
            evaluation: {split: {kFold: 5, seed: 7}, bins: 100, metrics: [auc, logLoss, accuracy, calibration]}
            release: {wish: weights}
            priority: high
            """;

    public static final String PRIVATE_JOB =
            """
            job: logistic-private
            study: pbc-two-year-risk
            model: {kind: logistic, intercept: -1.5}
            training:
              mode: fedsgd
              rounds: 10
              l2: 0
              optimiser: {kind: sgd, learningRate: 0.8}
            aggregation: {minimumIncluded: 6, recordsMax: 500}
            privacy: {unit: record, epsilon: 3, delta: 1e-5, clipNorm: 2, colluders: 1, commits: 12, records: 685}
            evaluation: {split: {kFold: 0}}
            release: {wish: weights}
            """;

    public static final String PARTICIPANT =
            """
            coordinator: https://fl.consortium.example:8443
            site: london
            training: {device: auto, threads: 2}
            datasets:
              - name: pbc
                study: pbc-two-year-risk
                sensitivity: special
                query: |
                  SELECT ptno AS patient_id, age
                  FROM read_csv('/data/pbc3.csv', delim = ';') WHERE unit = 2
            """;

    public static final String POLICY =
            """
            defaults: {minimumCohort: 5, minimumIncluded: 5, minimumDifference: 2, rolledBackLedger: refuse, secureAggregation: required, approval: manual}
            allow:
              - study: pbc-two-year-risk
                models: [logistic, mlp, cox]
                privacy: {required: true, epsilonPerRecord: 6.0, delta: 1e-5}
                release: {atMost: scores}
                until: 2027-06-30
                minimumCohort: 7
                minimumIncluded: 6
                minimumDifference: 3
                secureAggregation: required
                approval: automatic
            budgets: [{name: liver, datasets: [pbc], epsilonPerRecord: 8.0, delta: 1e-6}]
            """;

    public static final String COORDINATOR =
            """
            name: fl.consortium.example
            sites:  {address: 0.0.0.0, port: 8443}
            people: {address: 0.0.0.0, port: 8444}
            management: {address: 127.0.0.1, port: 9090}
            store: {url: "jdbc:sqlite:data/confide.db"}
            dataDir: data
            roster: roster.json
            cluster: {enabled: false}
            jobs: {atOnce: 12, perStudy: 3, perSite: 6}
            """;

    private Examples() {}

    public static Plan plan() {
        JobSpec job = JobFile.parse(JOB);
        return job.plan(StudyFile.parse(STUDY), 1, Bytes.ofHex("000102030405060708090a0b0c0d0e0f"));
    }

    /** {@link #plan()} with logistic regression. */
    public static Plan logisticPlan() {
        String yaml = JOB.replace("{kind: mlp, hidden: [32, 16]}", "{kind: logistic}");
        return JobFile.parse(yaml)
                .plan(StudyFile.parse(STUDY), 1, Bytes.ofHex("000102030405060708090a0b0c0d0e0f"));
    }

    /** {@link #PRIVATE_JOB} over a roster that bears one colluder. */
    public static Plan privatePlan() {
        return privatePlan("commits: 12");
    }

    /** @param commits what stands in its place, perhaps with a sampling rate */
    public static Plan privatePlan(String commits) {
        return privatePlan(commits, "recordsMax: 500");
    }

    /** @param sums what stands in place of the largest weight */
    public static Plan privatePlan(String commits, String sums) {
        return PrivatePlanning.plan(
                JobFile.parse(
                        PRIVATE_JOB
                                .replace("commits: 12", commits)
                                .replace("recordsMax: 500", sums)),
                StudyFile.parse(STUDY),
                1,
                Bytes.ofHex("000102030405060708090a0b0c0d0e0f"));
    }

    /** The password is {@code correct horse battery}. */
    public static final String USERS =
            """
            users:
              - {name: ada, role: researcher, password: "$argon2id$v=19$m=19456,t=2,p=1$Y29uZmlkZS1leGFtcGxlIQ$KtX6cdxzCIQL7f+1hjQIqRe1vyWhU9rzaRgQAJjjh6E"}
              - {name: london-steward, role: steward, site: london, password: "$argon2id$v=19$m=19456,t=2,p=1$Y29uZmlkZS1leGFtcGxlIQ$KtX6cdxzCIQL7f+1hjQIqRe1vyWhU9rzaRgQAJjjh6E"}
            """;
}
