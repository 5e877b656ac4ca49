package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Study;
import io.confide.common.model.Study.Dictionary;
import io.confide.participant.port.LocalData;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Binds a site's SQL to a study's dictionary. */
public final class DuckDbBinding {
    private static final Logger LOG = LoggerFactory.getLogger(DuckDbBinding.class);

    private final Dictionary dictionary;
    private final List<Normaliser> normalisers;
    private final List<TabularData.Row> rows = new ArrayList<>();
    private int withoutPatient;
    private int withoutLabel;
    private int withMissing;

    private DuckDbBinding(Dictionary dictionary) {
        this.dictionary = dictionary;
        normalisers = dictionary.features().stream().map(Normaliser::new).toList();
    }

    /**
     * Returns the rows of {@code query}, checked, scaled and ordered by row key. Several rows may have
     * the same patient: they share a row key and therefore a fold. Reads the sources once; keeps no
     * connection.
     *
     * @param query one DuckDB SELECT over CSV, Parquet or JSON files whose relative names start at {@code home};
     *     its columns are those of the dictionary, in its units
     * @throws ConfideException with one sentence: FILE_MISSING, BAD_QUERY, UNKNOWN_COLUMN, WRONG_TYPE,
     *     EMPTY_DATASET, CONSTANT_LABEL, or NOT_FINITE where a feature can be used in no row or the study refuses missing
     *     values
     */
    public static LocalData bind(String datasetName, String query, Study study, Path home) {
        try (var table = SourceTable.load(datasetName, query, home)) {
            new DictionaryColumns(datasetName, study.dictionary(), table).check();
            var binding = new DuckDbBinding(study.dictionary());
            table.forEach(
                    binding.expressions((column, type) -> SourceTable.name(column) + "::" + type),
                    binding::read);
            binding.refuseUnusable(datasetName);
            binding.refuseMissing(datasetName);
            return binding.data();
        }
    }

    /**
     * The same without refusing anything because of a row: rows without patient or outcome are left out, and those
     * without a value where the study refuses that; what is no number, or not one that its feature can have, is
     * missing. There may be no row at all. Counts of it are in this site's own log.
     *
     * @throws ConfideException with one sentence: FILE_MISSING, BAD_QUERY or UNKNOWN_COLUMN
     */
    public static LocalData bindWhatFits(String datasetName, String query, Study study, Path home) {
        try (var table = SourceTable.load(datasetName, query, home)) {
            var columns = new DictionaryColumns(datasetName, study.dictionary(), table);
            columns.checkNames();
            var binding = new DuckDbBinding(study.dictionary());
            table.forEach(binding.expressions(columns::orNull), binding::readWhatFits);
            binding.tellSteward(datasetName);
            return binding.data();
        }
    }

    private LocalData data() {
        return TabularData.of(
                dictionary.inputs(),
                dictionary.label().values(),
                rows,
                normalisers.stream().map(Normaliser::unusable).toList());
    }

    /** @param cast SQL of a column as the type that is asked for */
    private String expressions(BinaryOperator<String> cast) {
        String patient = SourceTable.name(dictionary.patientColumn()) + "::VARCHAR";
        return Stream.concat(
                        Stream.of(cast.apply(dictionary.label().name(), "DOUBLE")),
                        dictionary.features().stream()
                                .map(
                                        feature ->
                                                cast.apply(
                                                        feature.name(),
                                                        DictionaryColumns.wanted(feature))))
                .collect(Collectors.joining(", ", patient + ", ", ""));
    }

    private void read(ResultSet row) throws SQLException {
        var key = TabularData.rowKey(row.getString(1));
        rows.add(new TabularData.Row(key, (float) row.getDouble(2), values(row)));
    }

    private void readWhatFits(ResultSet row) throws SQLException {
        String patient = row.getString(1);
        if (row.wasNull()) {
            withoutPatient++;
            return;
        }
        double label = row.getDouble(2);
        int outcomes = dictionary.label().values();
        if (row.wasNull() || label != (int) label || label < 0 || label >= outcomes) {
            withoutLabel++;
            return;
        }
        float[] values = values(row);
        if (dictionary.missing() == Study.Missing.REFUSE && hasMissing(values)) {
            withMissing++;
            return;
        }
        rows.add(new TabularData.Row(TabularData.rowKey(patient), (float) label, values));
    }

    private static boolean hasMissing(float[] values) {
        boolean missing = false;
        for (float value : values) {
            missing |= Float.isNaN(value);
        }
        return missing;
    }

    private float[] values(ResultSet row) throws SQLException {
        var values = new float[dictionary.inputs()];
        int at = 0;
        for (int feature = 0; feature < normalisers.size(); feature++) {
            var normaliser = normalisers.get(feature);
            int count = normaliser.feature().count();
            double[] given = count == 1 ? number(row, 3 + feature) : list(row, 3 + feature);
            normaliser.scale(given, values, at);
            at += count;
        }
        return values;
    }

    private static double[] number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? new double[0] : new double[] {value};
    }

    private static double[] list(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        if (row.wasNull()) {
            return new double[0];
        }
        return Arrays.stream((Object[]) array.getArray())
                .mapToDouble(item -> item instanceof Double value ? value : Double.NaN)
                .toArray();
    }

    /** What a refusal would have told everybody is for the steward alone. */
    private void tellSteward(String datasetName) {
        long outcomes = rows.stream().map(TabularData.Row::label).distinct().count();
        String unusable =
                normalisers.stream()
                        .filter(normaliser -> normaliser.unusable().total() > 0)
                        .map(Normaliser::counts)
                        .collect(Collectors.joining("; "));
        boolean fine =
                withoutPatient + withoutLabel + withMissing == 0
                        && outcomes > 1
                        && normalisers.stream().noneMatch(one -> one.blankIn(rows.size()));
        if (!fine) {
            LOG.warn(
                    "event=rowsLeftOut dataset={} withoutPatient={} withoutLabel={} withMissing={}"
                            + " rows={} outcomes={} unusable=\"{}\"",
                    datasetName,
                    withoutPatient,
                    withoutLabel,
                    withMissing,
                    rows.size(),
                    outcomes,
                    unusable);
        }
    }

    /**
     * Imputation would turn such a feature into the same number for everybody, and a model would be trained on it
     * without anybody knowing.
     */
    private void refuseUnusable(String datasetName) {
        String counts =
                normalisers.stream()
                        .filter(normaliser -> normaliser.blankIn(rows.size()))
                        .map(Normaliser::counts)
                        .collect(Collectors.joining("; "));
        if (!counts.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.NOT_FINITE,
                    "dataset "
                            + datasetName
                            + ": of some columns no value in "
                            + rows.size()
                            + " rows can be used ("
                            + counts
                            + "); map them to the right source column and the dictionary's unit in"
                            + " the query, or leave this site out of the study");
        }
    }

    private void refuseMissing(String datasetName) {
        switch (dictionary.missing()) {
            case ZERO_AFTER_SCALING, SECURE_MEAN -> {}
            case REFUSE -> {
                String counts =
                        normalisers.stream()
                                .filter(normaliser -> normaliser.unusable().total() > 0)
                                .map(Normaliser::counts)
                                .collect(Collectors.joining("; "));
                if (!counts.isEmpty()) {
                    throw new ConfideException(
                            ErrorCode.NOT_FINITE,
                            "dataset "
                                    + datasetName
                                    + ": the study refuses missing values, but there are some ("
                                    + counts
                                    + "); repair them at the source or leave those rows out in the"
                                    + " query");
                }
            }
        }
    }
}
