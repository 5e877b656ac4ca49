package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Templates.Kind;
import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

class SchemasTest {
    private static Object read(Kind kind, String yaml, Problems problems) {
        return switch (kind) {
            case STUDY -> Section.read(yaml, problems, StudyFile::read);
            case JOB -> Section.read(yaml, problems, JobFile::read);
            case PARTICIPANT -> Section.read(yaml, problems, ParticipantFile::read);
            case POLICY -> Section.read(yaml, problems, PolicyFile::read);
            case COORDINATOR -> Section.read(yaml, problems, CoordinatorFile::read);
            case USERS -> Section.read(yaml, problems, UsersFile::read);
        };
    }

    private static String example(Kind kind) {
        return switch (kind) {
            case STUDY -> Examples.STUDY;
            case JOB -> Examples.JOB;
            case PARTICIPANT -> Examples.PARTICIPANT;
            case POLICY -> Examples.POLICY;
            case COORDINATOR -> Examples.COORDINATOR;
            case USERS -> Examples.USERS;
        };
    }

    @ParameterizedTest
    @EnumSource
    void schemaAndReaderKnowTheSameKeys(Kind kind) {
        var problems = new Problems(kind.fileName());
        read(kind, example(kind), problems);
        var keys = new TreeSet<String>();
        collect(schema(kind), "", keys);
        assertEquals(keys, problems.keys());
    }

    @ParameterizedTest
    @EnumSource
    void everyObjectOfTheSchemaIsClosed(Kind kind) {
        assertTrue(Templates.schema(kind).contains("\"additionalProperties\": false"));
        requireClosed(schema(kind));
    }

    @ParameterizedTest
    @EnumSource
    void templatesAreAcceptedAsTheyStandAndNameTheirSchema(Kind kind) {
        String text = Templates.text(kind);
        read(kind, text, new Problems(kind.fileName()));
        assertTrue(text.startsWith("# yaml-language-server: $schema=" + kind.schemaName() + "\n"));
    }

    @ParameterizedTest
    @EnumSource(names = {"PARTICIPANT", "POLICY"})
    void theCommentedPartOfATemplateIsRightToo(Kind kind) {
        String text =
                Templates.text(kind)
                        .replace("datasets: []", "datasets:")
                        .replaceAll("(allow|budgets): \\[].*", "$1:")
                        .replaceAll("(?m)^#( {2,})", "$1");
        read(kind, text, new Problems(kind.fileName()));
        assertTrue(!text.equals(Templates.text(kind)));
    }

    @Test
    void theParticipantTemplateTakesSiteAndCoordinator() {
        var config =
                ParticipantFile.parse(
                        Templates.participant(
                                URI.create("https://a.example:1"), new SiteId("oslo")));
        assertEquals(new SiteId("oslo"), config.site());
        assertEquals(List.of(URI.create("https://a.example:1")), config.coordinators());
    }

    private static Json.Obj schema(Kind kind) {
        byte[] utf8 = Templates.schema(kind).getBytes(StandardCharsets.UTF_8);
        return (Json.Obj) JsonText.parse(Bytes.wrap(utf8));
    }

    private static void collect(Json.Obj schema, String path, Set<String> keys) {
        if (schema.members().get("properties") instanceof Json.Obj properties) {
            properties
                    .members()
                    .forEach(
                            (key, value) -> {
                                String inner = path.isEmpty() ? key : path + "." + key;
                                keys.add(inner);
                                collect((Json.Obj) value, inner, keys);
                            });
        }
        if (schema.members().get("items") instanceof Json.Obj items) {
            collect(items, path + "[]", keys);
        }
    }

    private static void requireClosed(Json.Obj schema) {
        if (schema.members().get("properties") instanceof Json.Obj properties) {
            assertEquals(new Json.Bool(false), schema.members().get("additionalProperties"));
            properties.members().values().forEach(value -> requireClosed((Json.Obj) value));
        }
        if (schema.members().get("items") instanceof Json.Obj items) {
            requireClosed(items);
        }
    }
}
