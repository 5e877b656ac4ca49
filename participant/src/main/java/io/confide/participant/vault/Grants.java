package io.confide.participant.vault;

import io.confide.common.governance.Grant;
import io.confide.common.governance.GrantJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The approvals of plans in a site's home: one file each, named by the hash of the plan. */
public final class Grants {
    private static final String SUFFIX = ".json";

    private Grants() {}

    /** All grants of {@code home}; throws BAD_FILE if one of them is none. */
    public static List<Grant> all(Home home) {
        if (!Files.isDirectory(home.grants())) {
            return List.of();
        }
        try (var files = Files.list(home.grants())) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(Grants::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + home.grants(), e);
        }
    }

    /** The grant for {@code plan}, if there is one. */
    public static Optional<Grant> find(Home home, Digest plan) {
        var file = file(home, plan);
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** Writes {@code grant} for {@code plan} in place of an earlier one. */
    public static void write(Home home, Digest plan, Grant grant) {
        PrivateFiles.createDirectory(home.grants());
        PrivateFiles.write(file(home, plan), GrantJson.bytes(grant).toArray());
    }

    private static Grant read(Path file) {
        return GrantJson.parse(
                file.toString(), Bytes.wrap(PrivateFiles.read(file, "approve the plan again")));
    }

    private static Path file(Home home, Digest plan) {
        return home.grants().resolve("plan-" + plan.hex() + SUFFIX);
    }
}
