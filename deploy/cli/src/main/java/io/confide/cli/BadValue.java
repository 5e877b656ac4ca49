package io.confide.cli;

import io.confide.common.model.ConfideException;

import picocli.CommandLine.TypeConversionException;

import java.util.function.Supplier;

/** An option or argument that cannot mean anything: the command was called wrongly. The message is a whole sentence. */
public final class BadValue extends TypeConversionException {
    private static final long serialVersionUID = 1L;

    public BadValue(String sentence) {
        super(sentence);
    }

    /** What {@code reading} returns; its refusal becomes a wrong call. */
    public static <T> T refusing(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (ConfideException e) {
            throw new BadValue(e.sentence());
        }
    }
}
