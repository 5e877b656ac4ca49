package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.governance.Target;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.common.model.Task;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.RowFaults;
import io.confide.participant.port.SiteData;
import io.confide.participant.privacy.CountingLedger;
import io.confide.participant.privacy.RecordSums;
import io.confide.participant.privacy.Records;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Two worlds that differ in one record of one site: what that site says and when it refuses are the same in both. */
class NeighbouringDatasetsTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final Plan PLAN = Studies.privatePlan(2);
    private static final Guarantee.RecordLevel TERMS = (Guarantee.RecordLevel) PLAN.guarantee();
    private static final String HEADER = "patient,event,age,bilirubin\n";
    private static final String GOOD = "a,0,1.5,0.5\nb,1,-1,2\nc,0,0.25,\nd,1,2,-0.5\n";

    @TempDir Path directory;

    /** The rows of world D, and the one that world D' has beside them. */
    enum Worlds {
        A_LABEL_OF_ANOTHER_KIND(GOOD, "x,7,1,1\n"),
        NO_LABEL(GOOD, "x,,1,1\n"),
        A_LABEL_IN_WORDS(GOOD, "x,dead,1,1\n"),
        NO_PATIENT(GOOD, ",1,1,1\n"),
        A_VALUE_IN_WORDS(GOOD, "x,1,unknown,1\n"),
        THE_ONLY_DEATH("a,0,1.5,0.5\nb,0,-1,2\n", "x,1,1,1\n"),
        THE_ONLY_VALUE("a,0,1.5,\nb,1,-1,\n", "x,1,1,1\n"),
        /** Refused in both worlds, with other sentences for the steward, where rows may be refused at all. */
        THE_ONLY_RECORD("", "x,1,1,1\n");

        private final String records;
        private final String further;

        Worlds(String records, String further) {
            this.records = HEADER + records;
            this.further = further;
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneRecordChangesNothingThatCanBeSeen(Worlds worlds) throws Exception {
        requireAlike(PLAN, worlds);
    }

    /** Nor does it where records are sampled: how many take part is in no message and in the size of none. */
    @ParameterizedTest
    @EnumSource(names = {"THE_ONLY_RECORD", "A_VALUE_IN_WORDS"})
    void oneRecordOfASampleChangesNothingThatCanBeSeen(Worlds worlds) throws Exception {
        requireAlike(Studies.privatePlan(2, 0.5), worlds);
    }

    private void requireAlike(Plan plan, Worlds worlds) throws Exception {
        var without = seen(plan, "without", worlds.records, this::asAsked);
        assertEquals(without, seen(plan, "with", worlds.records + worlds.further, this::asAsked));
        assertTrue(without.getFirst().contains("PERMITTED"), without::toString);
        assertTrue(without.stream().anyMatch(line -> line.contains("Reveal")), without::toString);
    }

    /** The comparison notices a site that refuses rows. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "THE_ONLY_RECORD")
    void aSiteThatRefusesRowsTellsTheWorldsApart(Worlds worlds) throws Exception {
        assertNotEquals(
                seen(PLAN, "without", worlds.records, _ -> RowFaults.REFUSE),
                seen(PLAN, "with", worlds.records + worlds.further, _ -> RowFaults.REFUSE));
    }

    /** What is left out is one row, whatever it makes DuckDB think of the others: the sum moves by one record's Δ at most. */
    @ParameterizedTest
    @EnumSource
    void oneRecordMovesTheSumByTheSensitivityAtMost(Worlds worlds) throws Exception {
        long[] without = sum("without", worlds.records);
        long[] with = sum("with", worlds.records + worlds.further);
        double squares = 0;
        for (int i = 0; i < with.length; i++) {
            squares += Math.pow((double) with[i] - without[i], 2);
        }
        assertTrue(Math.sqrt(squares) <= TERMS.sensitivity(), worlds::name);
    }

    private interface Asking {
        RowFaults of(RowFaults asked);
    }

    private RowFaults asAsked(RowFaults asked) {
        return asked;
    }

    private long[] sum(String world, String csv) throws IOException {
        var rows = bound(world, csv, this::asAsked).bind(PLAN.study(), RowFaults.LEAVE_OUT);
        var data = rows.orElseThrow();
        return RecordSums.of(PLAN, TERMS, InitialModel.of(PLAN), data, Records.everyone(data));
    }

    private Csv bound(String world, String csv, Asking asking) throws IOException {
        var home = Files.createDirectories(directory.resolve(world));
        Files.writeString(home.resolve("records.csv"), csv);
        return new Csv(new SiteId("site0"), home, asking);
    }

    /** Everything that site 0 said in one job, with its size, in order. */
    private List<String> seen(Plan plan, String world, String csv, Asking asking) throws Exception {
        var lines = Collections.synchronizedList(new ArrayList<String>());
        try (var consortium = new TestConsortium(directory.resolve(world), 3, plan)) {
            for (var site : consortium.sites) {
                site.budgets = CountingLedger.paying(2);
            }
            var site = consortium.sites.getFirst();
            site.data = Optional.of(bound(world, csv, asking));
            site.links = () -> new Watched(lines);
            consortium.start();
            if (consortium.offer(site).verdict() == SiteBody.Verdict.PERMITTED) {
                consortium.offer(consortium.sites.get(1));
                consortium.offer(consortium.sites.get(2));
                consortium.setUp(1, 1);
                var round = consortium.round(1, TRAIN);
                for (int index = 0; index < 3; index++) {
                    consortium.collect(round, index);
                }
                consortium.finish(round, consortium.codec(TRAIN), List.of(0, 1, 2));
            }
        }
        return List.copyOf(lines);
    }

    private static final class Watched extends MemoryLink {
        private final List<String> lines;

        Watched(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void send(SiteBody body) {
            int bytes = WireCodec.encodeSite(new Frame<>(1, 1, body)).length;
            lines.add(bytes + " bytes: " + described(body));
            super.send(body);
        }

        private static String described(SiteBody body) {
            return switch (body) {
                case SiteBody.Protocol(var message) -> message.getClass().getSimpleName();
                case SiteBody.Greeting _,
                        SiteBody.Acknowledge _,
                        SiteBody.PlanAnswer _,
                        SiteBody.Progress _,
                        SiteBody.Declined _ ->
                        body.toString();
            };
        }
    }

    /** A file and a query, as a site has them. */
    private record Csv(SiteId site, Path home, Asking asking) implements SiteData {
        private static final String QUERY = "SELECT * FROM 'records.csv'";

        @Override
        public List<Target.Dataset> datasets() {
            return List.of(new Target.Dataset(site, "pbc", Studies.NAME, Sensitivity.SPECIAL));
        }

        @Override
        public List<String> columns(String study) {
            return List.of();
        }

        @Override
        public Optional<LocalData> bind(Study study, RowFaults faults) {
            return Optional.of(
                    switch (asking.of(faults)) {
                        case REFUSE -> DuckDbBinding.bind("pbc", QUERY, study, home);
                        case LEAVE_OUT -> DuckDbBinding.bindWhatFits("pbc", QUERY, study, home);
                    });
        }
    }
}
