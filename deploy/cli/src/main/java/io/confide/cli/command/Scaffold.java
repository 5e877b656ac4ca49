package io.confide.cli.command;

import io.confide.cli.OutputFolder;
import io.confide.cli.Terminal;
import io.confide.common.files.Templates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a commented file to start from, and beside it the schema by which editors check it. */
final class Scaffold {
    private Scaffold() {}

    /** Returns the file; refuses to write over one. */
    static Path write(Templates.Kind kind, Path folder, Terminal terminal) throws IOException {
        OutputFolder.create(folder);
        var file = folder.resolve(kind.fileName());
        Files.writeString(file, Templates.text(kind), StandardOpenOption.CREATE_NEW);
        Files.writeString(folder.resolve(kind.schemaName()), Templates.schema(kind));
        terminal.line(terminal.good(" ✓ ") + file);
        return file;
    }
}
