package io.confide.participant.app;

import io.confide.common.files.ParticipantConfig;
import io.confide.common.files.PolicyFile;
import io.confide.common.governance.EventLog;
import io.confide.common.model.Study;
import io.confide.participant.app.Doctor.Check;
import io.confide.participant.ledger.LedgerView;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.RowFaults;
import io.confide.participant.vault.FileRecords;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.HomeLock;
import io.confide.participant.vault.RosterPin;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** What doctor asks about the files in the home. */
final class HomeChecks {
    private final Home home;

    HomeChecks(Home home) {
        this.home = home;
    }

    List<Check> datasets(ParticipantConfig config) {
        if (config.datasets().isEmpty()) {
            return List.of(
                    Check.warning(
                            "datasets",
                            "none is bound",
                            "add one under datasets: in participant.yaml"));
        }
        var bound = new BoundDatasets(home, config.site(), config.datasets());
        var checks = new ArrayList<Check>();
        for (var binding : config.datasets()) {
            String name = "dataset " + binding.name();
            checks.add(
                    Doctor.guarded(
                            name,
                            "correct the query or the data; nothing was changed",
                            () ->
                                    BoundDatasets.study(home, binding.study())
                                            .flatMap(
                                                    study ->
                                                            bound.bind(study, RowFaults.REFUSE)
                                                                    .map(
                                                                            rows ->
                                                                                    bound(
                                                                                            name,
                                                                                            study,
                                                                                            rows)))
                                            .orElseGet(() -> unknown(name, binding.study()))));
        }
        return checks;
    }

    Check policy() {
        if (!Files.exists(home.policy())) {
            return Check.problem(
                    "policy",
                    "policy.yaml not found: every job will be refused",
                    "confide participant policy init");
        }
        return Doctor.guarded(
                "policy",
                "correct policy.yaml; until then every job is refused",
                () -> {
                    var policy = PolicyFile.load(home.policy());
                    int studies = policy.allow().size();
                    return studies == 0
                            ? Check.warning(
                                    "policy",
                                    "allows no study: every job will be refused",
                                    "add the study under allow: in policy.yaml")
                            : Check.ok(
                                    "policy",
                                    "allows " + studies + (studies == 1 ? " study" : " studies"));
                });
    }

    Check roster() {
        return Doctor.guarded(
                "roster",
                "confide participant approve --roster FILE",
                () ->
                        RosterPin.read(home)
                                .map(
                                        roster ->
                                                Check.ok(
                                                        "roster",
                                                        "%d sites, at most %d dishonest, version %d"
                                                                .formatted(
                                                                        roster.size(),
                                                                        roster.colluders(),
                                                                        roster.version())))
                                .orElseGet(
                                        () ->
                                                Check.problem(
                                                        "roster",
                                                        "none approved: every job will wait",
                                                        "confide participant approve --roster"
                                                                + " FILE")));
    }

    /** The process's own files; the running process has them open, so they are read only. */
    List<Check> durable() {
        var checks = new ArrayList<Check>();
        if (Files.exists(home.events())) {
            checks.add(
                    Doctor.guarded(
                            "event log",
                            "keep the file as evidence and tell the consortium",
                            () ->
                                    switch (EventLog.verify(home.events())) {
                                        case EventLog.Check.Intact intact ->
                                                Check.ok(
                                                        "event log",
                                                        intact.events() + " events, chain intact");
                                        case EventLog.Check.Broken broken ->
                                                Check.problem(
                                                        "event log",
                                                        "broken at event "
                                                                + broken.sequence()
                                                                + ": "
                                                                + broken.why(),
                                                        "keep the file as evidence and tell the"
                                                                + " consortium");
                                    }));
        }
        if (Files.exists(home.ledger()) || Files.exists(home.ledgerHead())) {
            checks.add(
                    Doctor.guarded(
                            "privacy ledger",
                            "restore the newest copy of " + home.ledger(),
                            () ->
                                    Check.ok(
                                            "privacy ledger",
                                            LedgerView.read(home).head().entries()
                                                    + " entries, chain intact, none missing")));
        }
        if (Files.exists(home.records())) {
            checks.add(
                    Doctor.guarded(
                            "evidence",
                            "restore the newest copy of " + home.records(),
                            this::evidence));
        }
        HomeLock.holder(home)
                .ifPresent(
                        pid ->
                                checks.add(
                                        Check.ok(
                                                "process",
                                                "the participant runs (process " + pid + ")")));
        return checks;
    }

    private Check evidence() {
        var found = FileRecords.evidence(home);
        if (found.isEmpty()) {
            return Check.ok("evidence", "no signed message contradicts another");
        }
        var newest = found.getLast();
        return Check.warning(
                "evidence",
                String.format(
                        Locale.ROOT,
                        "%d signed contradictions, the newest in job %s (%s)",
                        found.size(),
                        newest.job(),
                        newest.check()),
                "keep "
                        + home.records()
                        + " and tell the consortium; PROTOCOL.md says what each"
                        + " check is");
    }

    private static Check bound(String name, Study study, LocalData rows) {
        var profile = rows.profile();
        String finding =
                String.format(
                        Locale.ROOT,
                        "%d rows, %d features, %s",
                        profile.rows(),
                        study.dictionary().features().size(),
                        outcomes(profile));
        String sparse = sparse(study, profile);
        return sparse.isEmpty()
                ? Check.ok(name, finding)
                : Check.warning(
                        name,
                        finding + "; unusable in more than half of the rows: " + sparse,
                        "check the column's source and unit in the query; training imputes the"
                                + " rest");
    }

    private static String outcomes(LocalData.Profile profile) {
        if (profile.outcomes().size() == 2) {
            return String.format(
                    Locale.ROOT,
                    "label %.0f %% positive",
                    100.0 * profile.positives() / Math.max(1, profile.rows()));
        }
        long present = profile.outcomes().stream().filter(rows -> rows > 0).count();
        return present + " of " + profile.outcomes().size() + " classes present";
    }

    /** The features of which most values are imputed, with the counts by cause. */
    private static String sparse(Study study, LocalData.Profile profile) {
        var parts = new StringJoiner("; ");
        var features = study.dictionary().features();
        for (int i = 0; i < features.size(); i++) {
            if (profile.mostlyUnusable(i)) {
                parts.add(features.get(i).name() + " (" + profile.unusable().get(i).causes() + ")");
            }
        }
        return parts.toString();
    }

    private Check unknown(String name, String study) {
        return Check.warning(
                name,
                "cannot be checked: the study's dictionary is not here",
                "put the study file at "
                        + home.directory().resolve("studies").resolve(study + ".yaml"));
    }
}
