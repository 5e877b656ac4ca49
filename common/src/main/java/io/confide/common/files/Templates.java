package io.confide.common.files;

import io.confide.common.model.SiteId;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The commented files that {@code confide … init} writes, and the JSON Schemas that editors check them by. */
public final class Templates {
    private Templates() {}

    /** A file that people write. */
    public enum Kind {
        STUDY,
        JOB,
        PARTICIPANT,
        POLICY,
        COORDINATOR,
        USERS;

        /** {@code policy.yaml}. */
        public String fileName() {
            return Words.of(this) + ".yaml";
        }

        /** {@code policy.schema.json}: where the template's first line looks for the schema. */
        public String schemaName() {
            return Words.of(this) + ".schema.json";
        }
    }

    /** A commented example that its reader accepts as it stands. */
    public static String text(Kind kind) {
        return resource("/templates/" + kind.fileName());
    }

    /** {@code participant.yaml} of {@code site}, without datasets. */
    public static String participant(URI coordinator, SiteId site) {
        return text(Kind.PARTICIPANT)
                .replace("https://fl.example.org:8443", coordinator.toString())
                .replace("my-hospital ", site + " ");
    }

    /** JSON Schema, draft 2020-12. */
    public static String schema(Kind kind) {
        return resource("/schema/" + kind.schemaName());
    }

    private static String resource(String path) {
        try (InputStream in = Templates.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
