package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class RosterFileTest {
    private static final RosterDocument ROSTER =
            new RosterDocument(
                    1,
                    1,
                    key(9),
                    List.of(
                            new RosterDocument.Member(new SiteId("lyon"), key(1)),
                            new RosterDocument.Member(new SiteId("london"), key(2)),
                            new RosterDocument.Member(new SiteId("mayo"), key(3))));

    private static Bytes key(int value) {
        var bytes = new byte[32];
        bytes[31] = (byte) value;
        return Bytes.wrap(bytes);
    }

    private static String text() {
        return new String(RosterFile.bytes(ROSTER).toArray(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsWrittenIsReadInTheSameOrder() {
        assertEquals(ROSTER, RosterFile.parse(text()));
    }

    @Test
    void formattingDoesNotMatter() {
        assertEquals(ROSTER, RosterFile.parse(text().replace(",", ",\n  ").replace(":", ": ")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"version\":1 | \"version\":0 | line 1 version: 0 must be between 1 and"
                        + " 2147483647.",
                "\"version\":1 | \"version\":\"1\" | line 1 version: must be a whole number, not"
                        + " the text \"1\". Remove the quotes.",
                "\"colluders\":1 | \"colluders\":2 | line 1 colluders: 2 of 3 sites leaves fewer"
                        + " than two honest ones to hide among. Use 1 at most.",
                "\"lyon\" | \"mayo\" | line 1 members[2].site: the site \"mayo\" is listed twice.",
                "\"lyon\" | \"Lyon\" | line 1 members[0].site: \"Lyon\" must be 1 to 63 lower-case"
                        + " letters, digits and hyphens, beginning with a letter or digit.",
                "0002\" | 0003\" | line 1 members[2].key: this key is listed twice.",
                "0002\" | 02\" | line 1 members[1].key:"
                        + " \"0000000000000000000000000000000000000000…\" must be 64 lower-case"
                        + " hexadecimal digits (an Ed25519 public key).",
                "\"version\":1 | \"version\":1,\"x\":2 | line 1 x: unknown key. Known here:"
                        + " version, colluders, coordinatorKey, members.",
            })
    void refusesEachMistakeWithItsSentence(String from, String to, String problem) {
        Refusals.one(ErrorCode.BAD_FILE, RosterFile::parse, text(), from, to, problem);
    }

    @Test
    void aRosterOfTwoIsTooSmall() {
        var two = new RosterDocument(1, 0, key(9), ROSTER.members().subList(0, 2));
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                RosterFile::parse,
                new String(RosterFile.bytes(two).toArray(), StandardCharsets.UTF_8),
                "roster.json has 1 problem:\n"
                        + "  line 1   members: 2 sites are listed; 3 to 200 are possible.");
    }
}
