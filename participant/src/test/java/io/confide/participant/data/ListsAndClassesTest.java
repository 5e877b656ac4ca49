package io.confide.participant.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.StudyFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Study;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalData.Unusable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Columns of lists, outcomes of several classes, and pictures that become both. */
class ListsAndClassesTest {
    private static final Study STUDY =
            StudyFile.parse(
                    """
                    study: pictures
                    purpose: test
                    accountable: nobody@example.org
                    dictionary:
                      label: {name: class, type: category, classes: [dark, mixed, light], meaning: how light it is}
                      patient: {name: image}
                      features:
                        - {name: pixel, type: number, count: 4, range: [0, 255], center: 100, scale: 50}
                    """);

    @TempDir Path home;

    private LocalData bind(String rows) {
        return DuckDbBinding.bind("pictures", query(rows), STUDY, home);
    }

    private LocalData bindWhatFits(String rows) {
        return DuckDbBinding.bindWhatFits("pictures", query(rows), STUDY, home);
    }

    private static String query(String rows) {
        return "SELECT * FROM (VALUES " + rows + ") AS t(image, class, pixel)";
    }

    private static float[] row(LocalData data, String image) {
        int row = data.rowKeys().indexOf(TabularData.rowKey(image));
        var values = new float[4];
        System.arraycopy(data.values(), 4 * row, values, 0, 4);
        return values;
    }

    @Test
    void aListIsScaledValueByValue() {
        var data = bind("('a', 0, [100, 150, 50, 255]), ('b', 2, [0, 1, 2, 100])");
        assertEquals(4, data.features());
        assertArrayEquals(new float[] {0, 1, -1, 3}, row(data, "a"));
        assertArrayEquals(new float[] {-2, -1.98f, -1.96f, 0}, row(data, "b"), 1e-6f);
        assertEquals(
                new LocalData.Profile(List.of(1, 0, 1), List.of(Unusable.NONE)), data.profile());
    }

    @Test
    void whatAListLacksIsMissingAndItsRowIsCountedOnce() {
        var data =
                bind(
                        "('a', 0, [100.0, NULL, 'nan'::DOUBLE, 300]), ('b', 1, NULL), ('c', 2, [1,"
                                + " 2, 3, 4])");
        assertArrayEquals(new float[] {0, Float.NaN, Float.NaN, Float.NaN}, row(data, "a"));
        assertArrayEquals(new float[] {Float.NaN, Float.NaN, Float.NaN, Float.NaN}, row(data, "b"));
        assertEquals(List.of(new Unusable(1, 1, 0)), data.profile().unusable());
    }

    @Test
    void everyMistakeIsOneSentence() {
        refuses(
                ErrorCode.WRONG_TYPE,
                "dataset pictures: the column pixel must hold lists of 4 numbers, but in 1 rows"
                        + " they are longer or shorter; repair them in the query",
                "('a', 0, [1, 2, 3]), ('b', 1, [1, 2, 3, 4])");
        refuses(
                ErrorCode.WRONG_TYPE,
                "dataset pictures: the column pixel has the type INTEGER, but the study asks for"
                        + " lists of 4 numbers; make one in the query, for example [a, b, c] AS"
                        + " pixel",
                "('a', 0, 1)");
        refuses(
                ErrorCode.WRONG_TYPE,
                "dataset pictures: the column class must be a whole number from 0 to 2, one per"
                        + " class, but 3 rows hold something else; recode it in the query",
                "('a', 3.0, [1, 2, 3, 4]), ('b', 0.5, [1, 2, 3, 4]), ('c', -1, [1, 2, 3, 4]),"
                        + " ('d', 1, [1, 2, 3, 4])");
        refuses(
                ErrorCode.NOT_FINITE,
                "dataset pictures: of some columns no value in 1 rows can be used (pixel: 1 out of"
                        + " range); map them to the right source column and the dictionary's unit"
                        + " in the query, or leave this site out of the study",
                "('a', 0, [256, 257, 258, 259])");
    }

    private void refuses(ErrorCode code, String sentence, String rows) {
        var e = assertThrows(ConfideException.class, () -> bind(rows));
        assertEquals(sentence, e.getMessage());
        assertEquals(code, e.code());
    }

    /** Under a guarantee no row brings a refusal: what does not fit is missing or left out. */
    @Test
    void underAGuaranteeARowOfAnyKindOnlyLacksValues() {
        var data =
                bindWhatFits(
                        "('a', '0', '[100, 150, 50]'), ('b', '1', 'no list'), ('c', '7', '[1, 2, 3,"
                                + " 4]'), ('d', '2', '[1, 2, 3, 4, 5]'), ('e', '1.5', NULL)");
        assertEquals(3, data.rows());
        assertArrayEquals(new float[] {0, 1, -1, Float.NaN}, row(data, "a"));
        assertArrayEquals(new float[] {Float.NaN, Float.NaN, Float.NaN, Float.NaN}, row(data, "b"));
        assertArrayEquals(new float[] {-1.98f, -1.96f, -1.94f, -1.92f}, row(data, "d"), 1e-6f);
        assertEquals(List.of(1, 1, 1), data.profile().outcomes());
    }

    private Path idx(String name, boolean zipped, int... header) throws IOException {
        return idx(
                name, zipped, new byte[] {0, 100, 50, (byte) 255, 1, 2, 3, 4, 9, 9, 9, 9}, header);
    }

    private Path idx(String name, boolean zipped, byte[] values, int... dimensions)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 0, 8, (byte) dimensions.length});
        for (int length : dimensions) {
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        }
        bytes.writeBytes(values);
        var file = home.resolve(name);
        try (var out = Files.newOutputStream(file);
                var target = zipped ? new GZIPOutputStream(out) : out) {
            target.write(bytes.toByteArray());
        }
        return file;
    }

    @Test
    void picturesAreDealtToSitesAndBoundAgain() throws IOException {
        var pictures = IdxFile.read(idx("pictures.gz", true, 3, 2, 2));
        assertEquals(List.of(3, 2, 2), pictures.shape());
        var classes = IdxFile.read(idx("classes", false, new byte[] {2, 1, 0}, 3));
        var files = List.of(home.resolve("one.parquet"), home.resolve("it's.parquet"));
        ImageTables.deal("train", pictures, classes, files);
        var first = read("one.parquet");
        assertEquals(2, first.rows());
        assertArrayEquals(new float[] {-2, 0, -1, 3}, row(first, "train-0"));
        assertArrayEquals(
                new float[] {-1.82f, -1.82f, -1.82f, -1.82f}, row(first, "train-2"), 1e-6f);
        assertEquals(List.of(1, 0, 1), first.profile().outcomes());
        var second = read("it''s.parquet");
        assertEquals(List.of(0, 1, 0), second.profile().outcomes());
    }

    private LocalData read(String file) {
        return DuckDbBinding.bind(
                "pictures",
                "SELECT image, class, pixel FROM read_parquet('" + file + "')",
                STUDY,
                home);
    }

    @Test
    void aFileThatIsNoIdxFileSaysWhy() throws IOException {
        badIdx(Files.writeString(home.resolve("a"), "label,pixel\n"), "does not begin like an IDX");
        badIdx(Files.write(home.resolve("b"), new byte[] {0, 0, 13, 1}), "not unsigned bytes");
        badIdx(idx("c", false, 4, 2, 2), "shorter or longer than its header says");
        badIdx(idx("d", false, 2, 2, 2), "shorter or longer than its header says");
        badIdx(idx("e", false, 0, 2, 2), "between 1 byte and 1 GiB");
        badIdx(idx("f", false, 1 << 30, 1 << 30), "between 1 byte and 1 GiB");
        badIdx(Files.write(home.resolve("g"), new byte[] {0, 0, 8}), "cannot be read to its end");
        var missing =
                assertThrows(ConfideException.class, () -> IdxFile.read(home.resolve("none")));
        assertEquals(ErrorCode.FILE_MISSING, missing.code());
    }

    private static void badIdx(Path file, String why) {
        var e = assertThrows(ConfideException.class, () -> IdxFile.read(file));
        assertEquals(ErrorCode.BAD_FILE, e.code());
        assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    }

    @Test
    void picturesAndClassesBelongTogether() throws IOException {
        var pictures = IdxFile.read(idx("p", false, 3, 2, 2));
        var classes = IdxFile.read(idx("q", false, new byte[] {1, 2}, 2));
        var e =
                assertThrows(
                        ConfideException.class,
                        () -> ImageTables.deal("x", pictures, classes, List.of(home.resolve("o"))));
        assertEquals(ErrorCode.BAD_FILE, e.code());
        assertTrue(Files.notExists(home.resolve("o")));
    }
}
