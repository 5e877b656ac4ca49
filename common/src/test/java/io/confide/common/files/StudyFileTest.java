package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Feature;
import io.confide.common.model.Study;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;

class StudyFileTest {
    @Test
    void readsEveryField() {
        Study study = StudyFile.parse(Examples.STUDY);
        assertEquals("pbc-two-year-risk", study.name());
        assertEquals("patient_id", study.dictionary().patientColumn());
        assertEquals("event2y", study.dictionary().label().name());
        assertEquals(Study.Missing.ZERO_AFTER_SCALING, study.dictionary().missing());
        assertEquals(
                new Feature(
                        "bilirubin",
                        Feature.Kind.NUMBER,
                        Optional.of("umol/L"),
                        Optional.of(new Feature.Range(1, 1000)),
                        Feature.Transform.LOG,
                        3.69,
                        1),
                study.dictionary().features().get(2));
    }

    @Test
    void aBinaryFeatureIsLeftAsItIs() {
        Feature male = StudyFile.parse(Examples.STUDY).dictionary().features().getFirst();
        assertEquals(
                new Feature(
                        "male",
                        Feature.Kind.BINARY,
                        Optional.empty(),
                        Optional.empty(),
                        Feature.Transform.NONE,
                        0,
                        1),
                male);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "type: binary, meaning | type: survival, meaning | line 5 dictionary.label.type:"
                        + " \"survival\" is not available yet. Only outcomes of two values and of"
                        + " classes can be trained on. | NOT_BUILT",
                "type: binary, meaning | type: category, meaning | line 5 dictionary.label.classes:"
                        + " must name 3 to 1000 classes in the order of their numbers, the class 0"
                        + " first; an outcome of two values is binary.",
                "type: binary, meaning | type: binary, classes: [a, b, c], meaning | line 5"
                        + " dictionary.label.classes: a binary outcome is 0 or 1. Remove it, or use"
                        + " category.",
                "type: binary, meaning | type: category, classes: [a, b, a], meaning | line 5"
                        + " dictionary.label.classes: two classes have the same name.",
                "type: binary, meaning | type: category, classes: [a, b, ' '], meaning | line 5"
                        + " dictionary.label.classes[2]: \" \" must be 1 to 80 characters on one"
                        + " line, not all blank.",
                "type: binary} | type: binary, count: 4} | line 8 dictionary.features[0].count: a"
                        + " binary feature has one value per record. Use type: number.",
                "center: 55 | count: 0 | line 9 dictionary.features[1].count: 0 must be between 1"
                        + " and 65536.",
                "type: binary, meaning | type: binery, meaning | line 5 dictionary.label.type:"
                        + " unknown value \"binery\". Did you mean \"binary\"?",
                "meaning: death or transplant within 730 days | meaning: '' | line 5"
                        + " dictionary.label.meaning: \"\" must not be blank nor longer than 2000"
                        + " characters.",
                "accountable: jane.doe@hospital.example | accountable: ' ' | line 3 accountable: \""
                        + " \" must not be blank nor longer than 2000 characters.",
                "role: id | role: key | line 6 dictionary.patient.role: unknown value \"key\". The"
                        + " only value is id.",
                "name: male, | name: 5, | line 8 dictionary.features[0].name: must be a text, not a"
                        + " number (5). Put it in quotes if it is a name.",
                "name: male, | name: 1st sex, | line 8 dictionary.features[0].name: \"1st sex\""
                        + " must be 1 to 63 letters, digits and underscores, not beginning with a"
                        + " digit.",
                "name: male, | name: age, | line 9 dictionary.features[1].name: the column \"age\""
                        + " is used twice.",
                "name: male, | name: event2y, | line 8 dictionary.features[0].name: the column"
                        + " \"event2y\" is used twice.",
                "name: patient_id | name: event2y | line 6 dictionary.patient: label and patient"
                        + " are both the column \"event2y\".",
                "center: 55 | centre: 55 | line 9 dictionary.features[1].centre: unknown key. Did"
                        + " you mean \"center\"?",
                "center: 55 | center: \"55\" | line 9 dictionary.features[1].center: must be a"
                        + " number, not the text \"55\". Remove the quotes.",
                "center: 55 | center: .nan | line 9 dictionary.features[1].center: must be a finite"
                        + " number, not .nan.",
                "scale: 15 | scale: 0 | line 9 dictionary.features[1].scale: 0 must be above 0. |"
                        + " BAD_FILE",
                "scale: 15 | scale: [15] | line 9 dictionary.features[1].scale: must be a number,"
                        + " not a list.",
                "range: [18, 100] | range: [100, 18] | line 9 dictionary.features[1].range: must be"
                        + " two numbers, the lower one first, such as [18, 100].",
                "range: [18, 100] | range: [18] | line 9 dictionary.features[1].range: must be two"
                        + " numbers, the lower one first, such as [18, 100].",
                "range: [18, 100] | range: 18-100 | line 9 dictionary.features[1].range: must be a"
                        + " list, not the text \"18-100\".",
                "transform: log | transform: ln | line 10 dictionary.features[2].transform: unknown"
                        + " value \"ln\". Use one of: none, log.",
                "type: binary} | type: binary, transform: log} | line 8"
                    + " dictionary.features[0].transform: a binary feature has no logarithm. Remove"
                    + " transform.",
                "missing: zero-after-scaling | missing: indicator | line 11 dictionary.missing:"
                        + " \"indicator\" is not available yet. Use zero-after-scaling, refuse or"
                        + " secure-mean. | NOT_BUILT",
                "missing: zero-after-scaling | missing: secure_mean | line 11 dictionary.missing:"
                        + " unknown value \"secure_mean\". Did you mean \"secure-mean\"?",
                "missing: zero-after-scaling | groups: [male] | line 11 dictionary.groups: fairness"
                        + " groups are not available yet. Remove groups; no group audit is done. |"
                        + " NOT_BUILT",
            })
    void refusesEachMistakeWithItsSentence(ArgumentsAccessor row) {
        String from = row.getString(0);
        String to = row.getString(1);
        String problem = row.getString(2);
        String code = row.size() > 3 ? row.getString(3) : "BAD_FILE";
        Refusals.one(ErrorCode.valueOf(code), StudyFile::parse, Examples.STUDY, from, to, problem);
    }

    @Test
    void aMisspeltKeyIsBothMissingAndUnknown() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                Examples.STUDY.replace("study: pbc", "studdy: pbc"),
                """
                study.yaml has 2 problems:
                  line 1   study: is missing.
                  line 1   studdy: unknown key. Did you mean "study"?
                """);
    }

    @Test
    void namesEveryProblemAtOnceInFileOrder() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                """
                study: PBC risk
                purpose: [a, b]
                dictionary:
                  label: {name: y, type: binary, meaning: m}
                  patient: pid
                  features: []
                  colour: red
                """,
                """
                study.yaml has 6 problems:
                  line 1   study: "PBC risk" must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit.
                  line 1   accountable: is missing.
                  line 2   purpose: must be a text, not a list.
                  line 5   dictionary.patient: must be a group of keys, not the text "pid".
                  line 6   dictionary.features: must list at least one feature.
                  line 7   dictionary.colour: unknown key. Known here: label, patient, features, missing, groups.
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "^^ | line 1   the file is empty.",
                "^# only a remark^ | line 1   the file is empty.",
                "hello | line 1   must be a group of keys, not the text \"hello\".",
                "^study: [a^ | line 1   not valid YAML: expected ',' or ']', but got <stream end>.",
                "^{}\n---\n{}^ | line 2   not valid YAML: but found another document.",
                "^a: \u0007^ | line 1   not valid YAML: it holds a character that no text file may"
                        + " hold.",
            })
    void refusesWhatIsNoFileOfKeys(String yaml, String problem) {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                yaml,
                "study.yaml has 1 problem:\n  " + problem);
    }

    @Test
    void refusesAKeyThatIsGivenTwice() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                Examples.STUDY + "study: other\n",
                "study.yaml has 1 problem:\n  line 12  study: given twice, first on line 1.");
    }

    @Test
    void refusesAFileThatIsFarTooLong() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                "#".repeat(2 << 20),
                "study.yaml has 1 problem:\n  line 1   the file is longer than 1 MiB.");
    }

    @Test
    void refusesASentenceThatIsABook() {
        Refusals.one(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                Examples.STUDY,
                "purpose: Predict",
                "purpose: " + "x".repeat(3000),
                "line 2 purpose: \""
                        + "x".repeat(40)
                        + "…\" must not be blank nor longer than 2000 characters.");
    }

    @Test
    void aFileFullOfNonsenseIsAnsweredShortly() {
        var yaml = new StringBuilder("? " + "k".repeat(5000) + "\n: 1\n");
        for (int i = 0; i < 20_000; i++) {
            yaml.append("key").append(i).append(": 1\n");
        }
        var e = assertThrows(ConfideException.class, () -> StudyFile.parse(yaml.toString()));
        assertEquals(102, e.getMessage().lines().count());
        assertTrue(e.getMessage().startsWith("study.yaml has 20005 problems:"), e.getMessage());
        assertTrue(e.getMessage().endsWith("  and 19905 more."));
        assertTrue(e.getMessage().length() < 20_000);
    }
}
