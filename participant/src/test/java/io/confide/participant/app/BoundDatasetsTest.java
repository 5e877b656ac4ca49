package io.confide.participant.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.files.ParticipantConfig;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.participant.port.RowFaults;
import io.confide.participant.vault.Home;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a site's rows can keep it from, with and without a privacy budget for their study. */
class BoundDatasetsTest {
    private static final String BUDGET =
            """
            allow:
              - study: risk
                models: [logistic]
                release: {atMost: weights}
                privacy: {epsilonPerRecord: 3.0, delta: 1e-5}
            """;

    @TempDir Path directory;
    private Home home;

    @BeforeEach
    void place() throws IOException {
        home = new Home(directory);
        Files.createDirectories(directory.resolve("studies"));
        Files.writeString(
                directory.resolve("studies/risk.yaml"),
                """
                study: risk
                purpose: predict
                accountable: jane@hospital.example
                dictionary:
                  label: {name: event, type: binary, meaning: death}
                  patient: {name: patient, role: id}
                  features:
                    - {name: age, type: number, center: 55, scale: 15}
                """);
    }

    private BoundDatasets datasets(String rows) throws IOException {
        Files.writeString(directory.resolve("rows.csv"), rows);
        return new BoundDatasets(
                home,
                new SiteId("london"),
                List.of(
                        new ParticipantConfig.DatasetBinding(
                                "pbc", "risk", Sensitivity.SPECIAL, "SELECT * FROM 'rows.csv'")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patient,event,age\n",
                "patient,event,age\n1,0,50\n2,0,60\n",
                "patient,event,age\n1,0,50\n2,9,60\n3,1,60\n",
                "patient,event,age\n1,0,\n2,1,\n",
                "patient,event,age\n1,0,50\n,1,60\n"
            })
    void aSiteWithABudgetStartsWhateverItsRowsAre(String rows) throws IOException {
        var datasets = datasets(rows);
        assertThrows(ConfideException.class, datasets::bindKnown);
        Files.writeString(home.policy(), BUDGET);
        datasets.bindKnown();
        // A job without a guarantee is refused as ever.
        var study = BoundDatasets.study(home, "risk").orElseThrow();
        assertThrows(ConfideException.class, () -> datasets.bind(study, RowFaults.REFUSE));
        assertEquals(
                List.of("event", "age"),
                datasets.columns("risk"),
                "what the coordinator is told of the dataset");
    }

    @Test
    void anotherColumnIsRefusedWithABudgetToo() throws IOException {
        Files.writeString(home.policy(), BUDGET);
        var datasets = datasets("patient,event,years\n1,0,50\n2,1,60\n");
        var refusal = assertThrows(ConfideException.class, datasets::bindKnown);
        assertEquals(ErrorCode.UNKNOWN_COLUMN, refusal.code());
    }

    @Test
    void rowsThatFitAreTheSameEitherWay() throws IOException {
        var datasets = datasets("patient,event,age\n1,0,50\n2,1,60\n3,0,41.5\n");
        var study = BoundDatasets.study(home, "risk").orElseThrow();
        assertEquals(
                datasets.bind(study, RowFaults.REFUSE).orElseThrow().version(),
                datasets.bind(study, RowFaults.LEAVE_OUT).orElseThrow().version());
    }
}
