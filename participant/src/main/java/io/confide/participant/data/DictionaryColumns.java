package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Feature;
import io.confide.common.model.Study.Dictionary;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks the columns of a bound query against the study's dictionary: exactly those, with fitting types. */
final class DictionaryColumns {
    private static final Set<String> NUMBERS =
            Set.of(
                    "TINYINT",
                    "SMALLINT",
                    "INTEGER",
                    "BIGINT",
                    "HUGEINT",
                    "UTINYINT",
                    "USMALLINT",
                    "UINTEGER",
                    "UBIGINT",
                    "UHUGEINT",
                    "FLOAT",
                    "DOUBLE",
                    "BOOLEAN");

    private final String dataset;
    private final Dictionary dictionary;
    private final SourceTable table;
    private final Map<String, String> found;

    DictionaryColumns(String dataset, Dictionary dictionary, SourceTable table) {
        this.dataset = dataset;
        this.dictionary = dictionary;
        this.table = table;
        found = table.columns();
    }

    /** Refuses with one sentence what does not fit the dictionary. */
    void check() {
        checkNames();
        checkRows();
    }

    /** Refuses other columns than the dictionary's: a matter of the query, not of a row. */
    void checkNames() {
        List<String> declared = declared();
        for (String name : declared) {
            if (typeOf(name).isEmpty()) {
                throw missing(name, declared);
            }
        }
        for (String name : found.keySet()) {
            if (declared.stream().noneMatch(name::equalsIgnoreCase)) {
                throw unknown(name, declared);
            }
        }
    }

    /** The SQL type in which a feature's values are read. */
    static String wanted(Feature feature) {
        return feature.count() == 1 ? "DOUBLE" : "DOUBLE[]";
    }

    /** SQL for {@code column} as {@code type}, DOUBLE or DOUBLE[]; NULL where it is none, and it never fails. */
    String orNull(String column, String type) {
        String quoted = SourceTable.name(column);
        String found = typeOf(column).orElse("");
        if (type.equals("DOUBLE") ? isNumber(found) : isNumbers(found)) {
            return quoted + "::" + type;
        }
        // One value that is no number has made text of a file's whole column: the others stay what
        // they were.
        String cast = "TRY_CAST(" + quoted + "::VARCHAR AS ";
        return type.equals("DOUBLE")
                ? "COALESCE(" + cast + "DOUBLE), " + cast + "BOOLEAN)::DOUBLE)"
                : cast + type + ")";
    }

    private void checkRows() {
        if (table.count("true") == 0) {
            throw new ConfideException(
                    ErrorCode.EMPTY_DATASET,
                    "dataset "
                            + dataset
                            + ": the query returns no rows; check its WHERE clause and its"
                            + " sources");
        }
        checkPatient();
        checkLabel();
        dictionary.features().forEach(this::checkFeature);
    }

    private List<String> declared() {
        var names = new ArrayList<String>();
        names.add(dictionary.patientColumn());
        names.add(dictionary.label().name());
        dictionary.features().stream().map(Feature::name).forEach(names::add);
        return names;
    }

    private Optional<String> typeOf(String column) {
        return found.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(column))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private ConfideException missing(String name, List<String> declared) {
        List<String> others =
                found.keySet().stream()
                        .filter(column -> declared.stream().noneMatch(column::equalsIgnoreCase))
                        .toList();
        String hint =
                NearestName.of(name, others)
                        .map(near -> "; rename its column " + near + " with AS " + name)
                        .orElse("; add it, in the dictionary's unit, with AS " + name);
        return new ConfideException(
                ErrorCode.UNKNOWN_COLUMN,
                "dataset "
                        + dataset
                        + ": the study needs the column "
                        + name
                        + ", but the query returns "
                        + String.join(", ", found.keySet())
                        + hint);
    }

    private ConfideException unknown(String name, List<String> declared) {
        String nearest =
                NearestName.of(name, declared).map(near -> " (nearest is " + near + ")").orElse("");
        return new ConfideException(
                ErrorCode.UNKNOWN_COLUMN,
                "dataset "
                        + dataset
                        + ": the query returns the column "
                        + name
                        + ", which the study does not have"
                        + nearest
                        + "; the dictionary asks for "
                        + String.join(", ", declared)
                        + "; leave the other columns out of the query");
    }

    private void checkPatient() {
        String patient = dictionary.patientColumn();
        int absent = table.count(SourceTable.name(patient) + " IS NULL");
        if (absent > 0) {
            throw new ConfideException(
                    ErrorCode.WRONG_TYPE,
                    where(patient)
                            + " is NULL in "
                            + absent
                            + " rows; every row needs the id of its patient");
        }
    }

    private void checkLabel() {
        String label = dictionary.label().name();
        requireNumber(label);
        int absent = table.count(SourceTable.name(label) + " IS NULL");
        if (absent > 0) {
            throw new ConfideException(
                    ErrorCode.WRONG_TYPE,
                    where(label)
                            + " is NULL in "
                            + absent
                            + " rows; leave rows without an outcome out with WHERE "
                            + label
                            + " IS NOT NULL");
        }
        if (!dictionary.label().classes().isEmpty()) {
            requireClass(label);
            return;
        }
        requireZeroOrOne(label);
        int positives = table.count(SourceTable.name(label) + "::DOUBLE = 1");
        int rows = table.count("true");
        if (positives == 0 || positives == rows) {
            throw new ConfideException(
                    ErrorCode.CONSTANT_LABEL,
                    where(label)
                            + " is "
                            + (positives == 0 ? 0 : 1)
                            + " in all "
                            + rows
                            + " rows; a model needs both outcomes, so check how the query derives"
                            + " it");
        }
    }

    private void requireClass(String label) {
        String value = SourceTable.name(label) + "::DOUBLE";
        int classes = dictionary.label().classes().size();
        int other =
                table.count(
                        "%1$s <> floor(%1$s) OR %1$s < 0 OR %1$s >= %2$d OR isnan(%1$s)"
                                .formatted(value, classes));
        if (other > 0) {
            throw new ConfideException(
                    ErrorCode.WRONG_TYPE,
                    where(label)
                            + " must be a whole number from 0 to "
                            + (classes - 1)
                            + ", one per class, but "
                            + other
                            + " rows hold something else; recode it in the query");
        }
    }

    private void checkFeature(Feature feature) {
        if (feature.count() > 1) {
            requireLists(feature);
            return;
        }
        requireNumber(feature.name());
        switch (feature.kind()) {
            case BINARY -> requireZeroOrOne(feature.name());
            case NUMBER -> {}
        }
    }

    private void requireNumber(String column) {
        String type = typeOf(column).orElse("");
        if (isNumber(type)) {
            return;
        }
        String quoted = SourceTable.name(column);
        int text =
                table.count(
                        "TRY_CAST("
                                + quoted
                                + "::VARCHAR AS DOUBLE) IS NULL AND "
                                + quoted
                                + " IS NOT NULL");
        String fix =
                text == 0
                        ? "; convert it with " + column + "::DOUBLE AS " + column + " in the query"
                        : ", and "
                                + text
                                + " of its "
                                + table.count("true")
                                + " values are not numbers; declare the file's text for missing"
                                + " values (nullstr = 'NA') or convert it in the query";
        throw new ConfideException(
                ErrorCode.WRONG_TYPE, where(column) + " has the type " + type + fix);
    }

    private void requireLists(Feature feature) {
        String type = typeOf(feature.name()).orElse("");
        if (!isNumbers(type)) {
            throw new ConfideException(
                    ErrorCode.WRONG_TYPE,
                    where(feature.name())
                            + " has the type "
                            + type
                            + ", but the study asks for lists of "
                            + feature.count()
                            + " numbers; make one in the query, for example [a, b, c] AS "
                            + feature.name());
        }
        int other =
                table.count("len(" + SourceTable.name(feature.name()) + ") <> " + feature.count());
        if (other > 0) {
            throw new ConfideException(
                    ErrorCode.WRONG_TYPE,
                    where(feature.name())
                            + " must hold lists of "
                            + feature.count()
                            + " numbers, but in "
                            + other
                            + " rows they are longer or shorter; repair them in the query");
        }
    }

    /** A list of numbers, of any length or a fixed one. */
    private static boolean isNumbers(String type) {
        int bracket = type.indexOf('[');
        return bracket > 0
                && bracket == type.lastIndexOf('[')
                && isNumber(type.substring(0, bracket));
    }

    private static boolean isNumber(String type) {
        return NUMBERS.contains(type) || type.startsWith("DECIMAL");
    }

    private void requireZeroOrOne(String column) {
        int other = table.count(SourceTable.name(column) + "::DOUBLE NOT IN (0, 1)");
        if (other > 0) {
            throw new ConfideException(
                    ErrorCode.WRONG_TYPE,
                    where(column)
                            + " must be 0 or 1, but "
                            + other
                            + " rows hold something else; recode it in the query");
        }
    }

    private String where(String column) {
        return "dataset " + dataset + ": the column " + column;
    }
}
