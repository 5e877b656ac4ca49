package io.confide.participant.app;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.files.ParticipantConfig;
import io.confide.common.files.PolicyFile;
import io.confide.common.files.StudyFile;
import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Feature;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;
import io.confide.common.model.Study;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.RowFaults;
import io.confide.participant.port.SiteData;
import io.confide.participant.vault.Home;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The datasets of {@code participant.yaml}. A study whose file the operator has put at {@code studies/NAME.yaml} in the
 * home is bound at start, so that bad data stop the process before it connects; any other when its first plan comes.
 */
final class BoundDatasets implements SiteData {
    private static final Logger LOG = LoggerFactory.getLogger(BoundDatasets.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home;
    private final SiteId site;
    private final List<ParticipantConfig.DatasetBinding> bindings;
    private final Map<Reading, Bound> bound = new ConcurrentHashMap<>();

    BoundDatasets(Home home, SiteId site, List<ParticipantConfig.DatasetBinding> bindings) {
        this.home = home;
        this.site = site;
        this.bindings = bindings;
    }

    private record Reading(String study, RowFaults faults) {}

    private record Bound(Study.Dictionary dictionary, LocalData rows) {}

    /** Binds what can be bound now; throws the first fault as one sentence. */
    void bindKnown() {
        for (var binding : bindings) {
            study(home, binding.study())
                    .ifPresent(study -> bind(study, faultsAtStart(binding.study())));
        }
    }

    /** Where a job with differential privacy may come, not to start because of a row would tell about it. */
    private RowFaults faultsAtStart(String study) {
        return policy().flatMap(policy -> policy.allowance(study))
                .flatMap(SitePolicy.Allowance::budget)
                .map(_ -> RowFaults.LEAVE_OUT)
                .orElse(RowFaults.REFUSE);
    }

    private Optional<SitePolicy> policy() {
        try {
            return Files.exists(home.policy())
                    ? Optional.of(PolicyFile.load(home.policy()))
                    : Optional.empty();
        } catch (ConfideException _) {
            // It permits nothing, and the gate says so.
            return Optional.empty();
        }
    }

    /** The study file that the operator was given, if it is there. */
    static Optional<Study> study(Home home, String name) {
        var file = home.directory().resolve("studies").resolve(name + ".yaml");
        return Files.exists(file) ? Optional.of(StudyFile.load(file)) : Optional.empty();
    }

    @Override
    public List<Target.Dataset> datasets() {
        return bindings.stream()
                .map(
                        binding ->
                                new Target.Dataset(
                                        site,
                                        binding.name(),
                                        binding.study(),
                                        binding.sensitivity()))
                .toList();
    }

    @Override
    public List<String> columns(String study) {
        return bound(study)
                .map(Bound::dictionary)
                .map(
                        dictionary ->
                                Stream.concat(
                                                Stream.of(dictionary.label().name()),
                                                dictionary.features().stream().map(Feature::name))
                                        .toList())
                .orElse(List.of());
    }

    @Override
    public Optional<LocalData> bind(Study study, RowFaults faults) {
        return bindings.stream()
                .filter(binding -> binding.study().equals(study.name()))
                .findFirst()
                .map(binding -> rows(binding, study, faults));
    }

    private Optional<Bound> bound(String study) {
        return Stream.of(RowFaults.values())
                .flatMap(
                        faults ->
                                Optional.ofNullable(bound.get(new Reading(study, faults))).stream())
                .findFirst();
    }

    private LocalData rows(
            ParticipantConfig.DatasetBinding binding, Study study, RowFaults faults) {
        var reading = new Reading(study.name(), faults);
        var before = bound.get(reading);
        if (before != null && before.dictionary().equals(study.dictionary())) {
            return before.rows();
        }
        var rows =
                switch (faults) {
                    case REFUSE ->
                            DuckDbBinding.bind(
                                    binding.name(), binding.query(), study, home.directory());
                    case LEAVE_OUT ->
                            DuckDbBinding.bindWhatFits(
                                    binding.name(), binding.query(), study, home.directory());
                };
        bound.put(reading, new Bound(study.dictionary(), rows));
        LOG.info("event=datasetBound dataset={} study={}", binding.name(), study.name());
        writeSummary();
        return rows;
    }

    /** For {@code confide participant status}; row counts stay in the home. */
    private void writeSummary() {
        var lines = JSON.createArrayNode();
        for (var binding : bindings) {
            var line = lines.addObject().put("name", binding.name()).put("study", binding.study());
            bound(binding.study()).ifPresent(data -> line.put("rows", data.rows().rows()));
        }
        PrivateFiles.createDirectory(home.state());
        PrivateFiles.write(
                home.state().resolve("datasets.json"),
                lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
