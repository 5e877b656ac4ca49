package io.confide.participant.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * An array of unsigned bytes in the IDX format of the MNIST files, gzipped or not: two zero bytes, 0x08 for unsigned bytes,
 * the number of dimensions, their lengths as big-endian 32-bit integers, then the values, the last dimension fastest.
 */
public final class IdxFile {
    private static final int UNSIGNED_BYTES = 0x08;
    private static final int DIMENSIONS_MAX = 4;

    /** Beyond it a file is not read into memory. */
    private static final long BYTES_MAX = 1L << 30;

    private final List<Integer> shape;
    private final byte[] values;

    private IdxFile(List<Integer> shape, byte[] values) {
        this.shape = List.copyOf(shape);
        this.values = values;
    }

    /**
     * Reads {@code file} whole.
     *
     * @throws ConfideException FILE_MISSING, or BAD_FILE if it is no such array, of other values than bytes, or cut off
     */
    public static IdxFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, "There is no file " + file + ". Check the path.");
        }
        try (var in = new DataInputStream(open(file))) {
            return read(file, in);
        } catch (IOException _) {
            throw bad(file, "it cannot be read to its end as its header says");
        }
    }

    private static IdxFile read(Path file, DataInputStream in) throws IOException {
        int zero = in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int dimensions = in.readUnsignedByte();
        if (zero != 0 || dimensions < 1 || dimensions > DIMENSIONS_MAX) {
            throw bad(file, "it does not begin like an IDX file");
        }
        if (type != UNSIGNED_BYTES) {
            throw bad(file, "its values are not unsigned bytes");
        }
        var shape = new ArrayList<Integer>();
        long count = 1;
        for (int i = 0; i < dimensions; i++) {
            int length = in.readInt();
            // At most 2^30 times 2^31: no overflow before the check.
            count *= length;
            if (length < 1 || count > BYTES_MAX) {
                throw bad(file, "its dimensions are not between 1 byte and 1 GiB");
            }
            shape.add(length);
        }
        byte[] values = in.readNBytes((int) count);
        if (values.length < count || in.read() >= 0) {
            throw bad(file, "it is shorter or longer than its header says");
        }
        return new IdxFile(shape, values);
    }

    private static InputStream open(Path file) throws IOException {
        var in = new BufferedInputStream(Files.newInputStream(file));
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in) : in;
    }

    private static ConfideException bad(Path file, String why) {
        return new ConfideException(
                ErrorCode.BAD_FILE,
                file
                        + " is no IDX file of bytes: "
                        + why
                        + ". Use the files as they were published.");
    }

    /** Lengths of the dimensions, outermost first. */
    public List<Integer> shape() {
        return shape;
    }

    /** How many items the outermost dimension has. */
    public int items() {
        return shape.getFirst();
    }

    /** How many values an item has. */
    public int width() {
        return values.length / items();
    }

    /** The values 0 to 255 of one item. */
    short[] item(int index) {
        int width = width();
        byte[] part = Arrays.copyOfRange(values, index * width, (index + 1) * width);
        var item = new short[width];
        for (int i = 0; i < width; i++) {
            item[i] = (short) Byte.toUnsignedInt(part[i]);
        }
        return item;
    }
}
