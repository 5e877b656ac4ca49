package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Study;
import io.confide.common.model.Study.Dictionary;
import io.confide.participant.port.LocalData;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Binds a site's SQL to a study's dictionary. */
public final class DuckDbBinding {
    private final Dictionary dictionary;
    private final List<Normaliser> normalisers;
    private final List<TabularData.Row> rows = new ArrayList<>();

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
            table.forEach(binding.expressions(), binding::read);
            binding.refuseUnusable(datasetName);
            binding.refuseMissing(datasetName);
            return TabularData.of(
                    binding.normalisers.size(),
                    binding.rows,
                    binding.normalisers.stream().map(Normaliser::unusable).toList());
        }
    }

    private String expressions() {
        String patient = SourceTable.name(dictionary.patientColumn()) + "::VARCHAR";
        return Stream.concat(
                        Stream.of(dictionary.label().name()),
                        normalisers.stream().map(normaliser -> normaliser.feature().name()))
                .map(column -> SourceTable.name(column) + "::DOUBLE")
                .collect(Collectors.joining(", ", patient + ", ", ""));
    }

    private void read(ResultSet row) throws SQLException {
        var values = new float[normalisers.size()];
        for (int feature = 0; feature < values.length; feature++) {
            double value = row.getDouble(3 + feature);
            var normaliser = normalisers.get(feature);
            values[feature] = row.wasNull() ? normaliser.absent() : normaliser.scale(value);
        }
        var key = TabularData.rowKey(row.getString(1));
        rows.add(new TabularData.Row(key, (float) row.getDouble(2), values));
    }

    /**
     * Imputation would turn such a feature into the same number for everybody, and a model would be trained on it
     * without anybody knowing.
     */
    private void refuseUnusable(String datasetName) {
        String counts =
                normalisers.stream()
                        .filter(normaliser -> normaliser.unusable().total() == rows.size())
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
