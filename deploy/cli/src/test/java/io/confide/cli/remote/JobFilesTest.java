package io.confide.cli.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Templates;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class JobFilesTest {
    private static final String JOB = Templates.text(Templates.Kind.JOB);
    private static final String STUDY = Templates.text(Templates.Kind.STUDY);

    @TempDir Path folder;

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private ConfideException refused(String job, String study) throws Exception {
        var jobFile = file("mine.yaml", job);
        var studyFile = file("ours.yaml", study);
        return assertThrows(ConfideException.class, () -> JobFiles.body(jobFile, studyFile));
    }

    @Test
    void mistakesAreToldUnderTheNamesOfTheFilesHereBeforeAnybodyIsAsked() throws Exception {
        var empty = refused("", STUDY);
        assertEquals(ErrorCode.BAD_FILE, empty.code());
        assertTrue(empty.sentence().startsWith(folder + "/mine.yaml "), empty.sentence());
        var open = refused("job: [\n", STUDY);
        assertTrue(open.sentence().startsWith(folder + "/mine.yaml "), open.sentence());
        var study = refused(JOB, "study: [\n");
        assertTrue(study.sentence().startsWith(folder + "/ours.yaml "), study.sentence());
        var other = refused(JOB.replaceFirst("(?m)^study:.*$", "study: another"), STUDY);
        assertTrue(other.sentence().startsWith(folder + "/mine.yaml asks"), other.sentence());
    }
}
