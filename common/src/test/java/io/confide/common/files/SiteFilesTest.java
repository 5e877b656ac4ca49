package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.ErrorCode;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class SiteFilesTest {
    @Test
    void readsAParticipant() {
        ParticipantConfig config = ParticipantFile.parse(Examples.PARTICIPANT);
        assertEquals(
                List.of(URI.create("https://fl.consortium.example:8443")), config.coordinators());
        assertEquals(new SiteId("london"), config.site());
        assertEquals(
                new ParticipantConfig.Training(ParticipantConfig.Device.AUTO, 2),
                config.training());
        var dataset = config.datasets().getFirst();
        assertEquals(Sensitivity.SPECIAL, dataset.sensitivity());
        assertEquals(
                """
                SELECT ptno AS patient_id, age
                FROM read_csv('/data/pbc3.csv', delim = ';') WHERE unit = 2
                """,
                dataset.query());
    }

    @Test
    void anUnstatedSensitivityIsSpecial() {
        var config =
                ParticipantFile.parse(
                        Examples.PARTICIPANT.replace("    sensitivity: special\n", ""));
        assertEquals(Sensitivity.SPECIAL, config.datasets().getFirst().sensitivity());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "https://fl.consortium.example:8443 | http://fl.consortium.example | line 1"
                        + " coordinator: \"http://fl.consortium.example\" must look like"
                        + " https://fl.example.org:8443.",
                "https://fl.consortium.example:8443 | https://fl.example.org/api | line 1"
                        + " coordinator: \"https://fl.example.org/api\" must look like"
                        + " https://fl.example.org:8443.",
                "https://fl.consortium.example:8443 | fl example | line 1 coordinator: \"fl"
                        + " example\" must look like https://fl.example.org:8443.",
                "site: london | site: London | line 2 site: \"London\" must be 1 to 63 lower-case"
                        + " letters, digits and hyphens, beginning with a letter or digit.",
                "device: auto | device: gpus | line 3 training.device: unknown value \"gpus\". Did"
                        + " you mean \"gpu\"?",
                "threads: 2 | threads: 0 | line 3 training.threads: 0 must be between 1 and 256. |"
                        + " BAD_FILE",
                "threads: 2 | memory: 4GiB | line 3 training.memory: limiting memory is not"
                        + " available yet. Remove memory. | NOT_BUILT",
                "threads: 2 | hours: \"20:00-06:00\" | line 3 training.hours: training hours are"
                    + " not available yet. Remove hours, and stop the participant outside of them."
                    + " | NOT_BUILT",
                "sensitivity: special | sensitivity: specail | line 7 datasets[0].sensitivity:"
                        + " unknown value \"specail\". Did you mean \"special\"?",
                "sensitivity: special | consent: {column: ok} | line 7 datasets[0].consent: consent"
                    + " columns are not available yet. Remove consent and leave out records without"
                    + " consent in the query's WHERE. | NOT_BUILT",
                "name: pbc | nam: pbc | TWO",
            })
    void refusesEachMistakeInAParticipant(ArgumentsAccessor row) {
        String from = row.getString(0);
        String to = row.getString(1);
        String problem = row.getString(2);
        String code = row.size() > 3 ? row.getString(3) : "BAD_FILE";
        if (problem.equals("TWO")) {
            Refusals.refuses(
                    ErrorCode.BAD_FILE,
                    ParticipantFile::parse,
                    Examples.PARTICIPANT.replace(from, to),
                    """
                    participant.yaml has 2 problems:
                      line 5   datasets[0].name: is missing.
                      line 5   datasets[0].nam: unknown key. Did you mean "name"?
                    """);
            return;
        }
        Refusals.one(
                ErrorCode.valueOf(code),
                ParticipantFile::parse,
                Examples.PARTICIPANT,
                from,
                to,
                problem);
    }

    @Test
    void refusesTwoDatasetsOfOneNameOrStudy() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                ParticipantFile::parse,
                """
                coordinator: https://a:1
                site: s
                datasets:
                  - {name: a, study: x, query: SELECT 1}
                  - {name: a, study: x, query: SELECT 2}
                """,
                """
                participant.yaml has 2 problems:
                  line 5   datasets[1].name: two datasets are named "a".
                  line 5   datasets[1].study: two datasets serve the study "x". Join them in one query with UNION ALL.
                """);
    }

    @Test
    void readsAPolicyWithItsDefaultsFilledIn() {
        SitePolicy policy = PolicyFile.parse(Examples.POLICY);
        assertEquals(
                Optional.of(
                        new SitePolicy.Allowance(
                                "pbc-two-year-risk",
                                Set.of("logistic", "mlp", "cox"),
                                7,
                                6,
                                3,
                                SitePolicy.RolledBackLedger.REFUSE,
                                SitePolicy.Privacy.REQUIRED,
                                Optional.of(new SitePolicy.Budget(SitePolicy.Unit.RECORD, 6, 1e-5)),
                                Plan.Release.SCORES,
                                SitePolicy.Approval.AUTOMATIC,
                                Optional.of(LocalDate.of(2027, 6, 30)))),
                policy.allowance("pbc-two-year-risk"));
        assertEquals(Optional.empty(), policy.allowance("other"));
    }

    @Test
    void whatAStewardLeavesOutIsDecidedForCaution() {
        var allowance =
                PolicyFile.parse("allow: [{study: s, models: [logistic]}]").allow().getFirst();
        assertEquals(
                new SitePolicy.Allowance(
                        "s",
                        Set.of("logistic"),
                        5,
                        5,
                        1,
                        SitePolicy.RolledBackLedger.NOTE,
                        SitePolicy.Privacy.NOT_REQUIRED,
                        Optional.empty(),
                        Plan.Release.NONE,
                        SitePolicy.Approval.MANUAL,
                        Optional.empty()),
                allowance);
    }

    @Test
    void aPrivacyGroupWithoutTheWordRequiredMeansRequired() {
        var policy =
                PolicyFile.parse(
                        "allow: [{study: s, models: [mlp], privacy: {epsilonPerPatient: 3, delta:"
                                + " 1e-6}}]");
        assertEquals(SitePolicy.Privacy.REQUIRED, policy.allow().getFirst().privacy());
        assertEquals(
                Optional.of(new SitePolicy.Budget(SitePolicy.Unit.PATIENT, 3, 1e-6)),
                policy.allow().getFirst().budget());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "secureAggregation: required, | secureAggregation: off, | line 1"
                        + " defaults.secureAggregation: \"off\" is not available yet. Every sum is"
                        + " secure; write required. | NOT_BUILT",
                "approval: manual | approval: manually | line 1 defaults.approval: unknown value"
                        + " \"manually\". Did you mean \"manual\"?",
                "minimumCohort: 5 | minimumCohort: 201 | line 1 defaults.minimumCohort: 201 must be"
                        + " between 1 and 200.",
                "models: [logistic, mlp, cox] | models: [] | line 4 allow[0].models: must list at"
                        + " least one model kind, such as [logistic, mlp].",
                "models: [logistic, mlp, cox] | models: [logistics] | line 4 allow[0].models[0]:"
                        + " unknown value \"logistics\". Did you mean \"logistic\"?",
                "required: true | required: maybe | line 5 allow[0].privacy.required: must be true"
                        + " or false, not the text \"maybe\".",
                "required: true | required: false | line 5 allow[0].privacy.required: a budget"
                    + " means nothing without differential privacy. Write required: true, or remove"
                    + " the budget.",
                "epsilonPerRecord: 6.0 | epsilonPerRecord: 0 | line 5"
                    + " allow[0].privacy.epsilonPerRecord: 0 must be between 0.000001 and 1000.",
                "epsilonPerRecord: 6.0, delta: 1e-5 | epsilonPerRecrd: 6.0 | line 5"
                        + " allow[0].privacy.epsilonPerRecrd: unknown key. Did you mean"
                        + " \"epsilonPerRecord\"?",
                "delta: 1e-5 | delta: 0.1 | line 5 allow[0].privacy.delta: 0.1 must be above 0 and"
                        + " at most 0.01.",
                ", delta: 1e-5 | ^^ | line 5 allow[0].privacy.delta: is missing beside the budget."
                        + " Write delta: 1e-5, for example.",
                "epsilonPerRecord: 6.0, | ^^ | line 5 allow[0].privacy.delta: means nothing without"
                        + " epsilonPerRecord or epsilonPerPatient.",
                "delta: 1e-5 | delta: 1e-5, epsilonPerPatient: 2 | line 5"
                    + " allow[0].privacy.epsilonPerPatient: a budget protects records or patients."
                    + " Keep one of the two.",
                "atMost: scores | atMost: score | line 6 allow[0].release.atMost: unknown value"
                        + " \"score\". Did you mean \"scores\"?",
                "until: 2027-06-30 | until: 2027-02-30 | line 7 allow[0].until: \"2027-02-30\" is"
                        + " no day of the calendar.",
                "until: 2027-06-30 | until: June | line 7 allow[0].until: \"June\" must be a date"
                        + " such as 2027-06-30.",
                "until: 2027-06-30 | purposes: [HMB] | line 7 allow[0].purposes: purposes are not"
                    + " compared yet. Remove purposes; approve each plan by hand (approval: manual)"
                    + " to judge its purpose yourself. | NOT_BUILT",
                "until: 2027-06-30 | untill: 2027-06-30 | line 7 allow[0].untill: unknown key. Did"
                        + " you mean \"until\"?",
            })
    void refusesEachMistakeInAPolicy(ArgumentsAccessor row) {
        String from = row.getString(0);
        String to = row.getString(1);
        String problem = row.getString(2);
        String code = row.size() > 3 ? row.getString(3) : "BAD_FILE";
        Refusals.one(
                ErrorCode.valueOf(code), PolicyFile::parse, Examples.POLICY, from, to, problem);
    }

    @Test
    void readsBudgetsOverDatasetsThatShareTheirPeople() {
        var policy =
                PolicyFile.parse(
                        """
                        allow: []
                        budgets:
                          - {name: liver, datasets: [pbc, transplant], epsilonPerRecord: 8, delta: 1e-6}
                        """);
        assertEquals(
                List.of(
                        new SitePolicy.Total(
                                "liver",
                                Set.of("pbc", "transplant"),
                                new SitePolicy.Budget(SitePolicy.Unit.RECORD, 8, 1e-6))),
                policy.totals());
    }

    @Test
    void refusesEachMistakeInABudgetOverDatasets() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                PolicyFile::parse,
                """
                allow: []
                budgets:
                  - {name: a, datasets: [x], epsilonPerRecord: 8, delta: 1e-6}
                  - {name: b, datasets: [y, x], epsilonPerRecord: 8, delta: 1e-6}
                  - {name: c, datasets: []}
                  - {name: d, dataset: z, epsilonPerPatient: 1, delta: 1e-6}
                """,
                """
                policy.yaml has 5 problems:
                  line 4   budgets[1].datasets[1]: "x" has a budget already. Name it once.
                  line 5   budgets[2].datasets: must list at least one dataset of participant.yaml.
                  line 5   budgets[2].epsilonPerRecord: is missing.
                  line 6   budgets[3].datasets: must list at least one dataset of participant.yaml.
                  line 6   budgets[3].dataset: unknown key. Did you mean "datasets"?
                """);
    }

    @Test
    void aPolicyMustSayWhatItAllowsAndOnce() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                PolicyFile::parse,
                "defaults: {}\n",
                "policy.yaml has 1 problem:\n"
                        + "  line 1   allow: is missing. Write allow: [] to refuse every study.");
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                PolicyFile::parse,
                "allow:\n  - {study: s, models: [mlp]}\n  - {study: s, models: [mlp]}\n",
                "policy.yaml has 1 problem:\n"
                        + "  line 3   allow[1].study: the study \"s\" is allowed twice. Keep one"
                        + " entry.");
        assertEquals(List.of(), PolicyFile.parse("allow: []").allow());
    }

    @Test
    void readsACoordinator() {
        assertEquals(
                new CoordinatorConfig(
                        "fl.consortium.example",
                        new CoordinatorConfig.Listener("0.0.0.0", 8443),
                        new CoordinatorConfig.Listener("0.0.0.0", 8444),
                        new CoordinatorConfig.Listener("127.0.0.1", 9090),
                        "jdbc:sqlite:data/confide.db",
                        Path.of("data"),
                        new CoordinatorConfig.JobLimits(12, 3, 6),
                        Optional.of(Path.of("roster.json")),
                        Path.of("users.yaml"),
                        Optional.empty(),
                        Optional.empty()),
                CoordinatorFile.parse(Examples.COORDINATOR));
        assertEquals(
                new CoordinatorConfig(
                        "localhost",
                        new CoordinatorConfig.Listener("0.0.0.0", 8443),
                        new CoordinatorConfig.Listener("0.0.0.0", 8444),
                        new CoordinatorConfig.Listener("127.0.0.1", 9090),
                        "jdbc:sqlite:data/confide.db",
                        Path.of("data"),
                        CoordinatorConfig.JobLimits.STANDARD,
                        Optional.empty(),
                        Path.of("users.yaml"),
                        Optional.empty(),
                        Optional.empty()),
                CoordinatorFile.parse("name: localhost"));
        assertEquals(
                new CoordinatorConfig.JobLimits(2, 2, 2),
                CoordinatorFile.parse("{name: localhost, jobs: {atOnce: 2}}").jobs());
        assertEquals(
                Optional.of(
                        new CoordinatorConfig.SignOn(
                                URI.create("https://login.example.org/realms/one"),
                                "confide",
                                Optional.of(Path.of("oidc.secret")),
                                "email",
                                Optional.empty())),
                CoordinatorFile.parse(
                                """
                                name: localhost
                                signIn:
                                  oidc: {issuer: https://login.example.org/realms/one, clientId: confide,
                                         clientSecretFile: oidc.secret, claim: email}
                                """)
                        .signOn());
        assertEquals(
                Path.of("people.yaml"),
                CoordinatorFile.parse("name: localhost\nsignIn: {users: people.yaml}").users());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "name: fl.consortium.example | name: https://fl.example | line 1 name:"
                    + " \"https://fl.example\" must be a host name or address, without https:// and"
                    + " without a path.",
                "port: 8444 | port: 8443 | line 3 people: has the same port 8443 as sites. |"
                        + " BAD_FILE",
                "port: 8444 | port: 70000 | line 3 people.port: 70000 must be between 0 and 65535."
                        + "",
                "port: 8444 | prot: 8444 | line 3 people.prot: unknown key. Did you mean \"port\"?"
                        + "",
                "jdbc:sqlite:data/confide.db | jdbc:postgresql://db/confide?password=x | line 5"
                    + " store.url: must not hold a password. Put it into ~/.pgpass, or name such a"
                    + " file in PGPASSFILE.",
                "jdbc:sqlite:data/confide.db | jdbc:postgresql://me:x@db/confide | line 5"
                    + " store.url: must not hold a password. Put it into ~/.pgpass, or name such a"
                    + " file in PGPASSFILE.",
                "jdbc:sqlite:data/confide.db | jdbc:postgresql:confide | line 5 store.url: must"
                        + " look like \"jdbc:postgresql://host:5432/confide?user=confide\".",
                "jdbc:sqlite:data/confide.db | confide.db | line 5 store.url: must look like"
                        + " \"jdbc:sqlite:data/confide.db\" or"
                        + " \"jdbc:postgresql://host:5432/confide?user=confide\".",
                "cluster: {enabled: false} | cluster: {members: [127.0.0.1:5701]} | line 8"
                        + " cluster.enabled: needs a database that all members reach. Write a"
                        + " jdbc:postgresql: address in store.url. | BAD_FILE",
                "cluster: {enabled: false} | signIn: {oidc: {clientId: c}} | line 8"
                        + " signIn.oidc.issuer: is missing. | BAD_FILE",
                "cluster: {enabled: false} | signIn: {oidc: {issuer: http://x, clientId: c}} | line"
                        + " 8 signIn.oidc.issuer: \"http://x\" must be an https address without a"
                        + " query, as the provider names itself, e.g. https://login.example.org. |"
                        + " BAD_FILE",
                "cluster: {enabled: false} | signIn: {oidc: {issuer: https://x, clientId: c,"
                    + " clientSecret: s}} | line 8 signIn.oidc.clientSecret: unknown key. Did you"
                    + " mean \"clientSecretFile\"? | BAD_FILE",
                "perStudy: 3 | perStudy: 13 | line 9 jobs.perStudy: 13 must be between 1 and"
                        + " atOnce, which is 12. | BAD_FILE",
                "perSite: 6 | perSite: 0 | line 9 jobs.perSite: 0 must be between 1 and atOnce,"
                        + " which is 12. | BAD_FILE",
                "atOnce: 12 | atOnce: 1001 | line 9 jobs.atOnce: 1001 must be between 1 and 1000. |"
                        + " BAD_FILE",
            })
    void refusesEachMistakeInACoordinator(ArgumentsAccessor row) {
        String from = row.getString(0);
        String to = row.getString(1);
        String problem = row.getString(2);
        String code = row.size() > 3 ? row.getString(3) : "BAD_FILE";
        Refusals.one(
                ErrorCode.valueOf(code),
                CoordinatorFile::parse,
                Examples.COORDINATOR,
                from,
                to,
                problem);
    }
}
