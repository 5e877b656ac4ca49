package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/** {@code coordinator:} of {@code participant.yaml} as a list. */
class CoordinatorAddressesTest {
    @Test
    void readsSeveralAddressesOfOneCoordinatorInTheirOrder() {
        var written =
                IntStream.rangeClosed(1, 16)
                        .mapToObj("https://m%d.example:8443"::formatted)
                        .toList();
        assertEquals(
                written.stream().map(URI::create).toList(),
                ParticipantFile.parse("coordinator: " + written + "\nsite: s\n").coordinators());
        assertEquals(
                List.of(URI.create("https://a.example:8443")),
                ParticipantFile.parse("coordinator:\n  - https://a.example:8443\nsite: s\n")
                        .coordinators());
    }

    @Test
    void refusesEachMistakeInAListOfAddressesWithItsLine() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                ParticipantFile::parse,
                """
                coordinator:
                  - https://a.example
                  - http://b.example:8443
                  - 17
                  - https://A.example:8443/
                  - https://c.example:1
                site: s
                """,
                """
                participant.yaml has 3 problems:
                  line 3   coordinator[1]: "http://b.example:8443" must look like https://fl.example.org:8443.
                  line 4   coordinator[2]: must be a text, not a number (17). Put it in quotes if it is a name.
                  line 5   coordinator[3]: "https://A.example:8443/" is listed twice. Keep one.
                """);
    }

    @Test
    void refusesNoAddressAndMoreThanSixteen() {
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                ParticipantFile::parse,
                "site: s\ncoordinator: []\n",
                "participant.yaml has 1 problem:\n"
                        + "  line 2   coordinator: must list 1 to 16 addresses such as"
                        + " https://fl.example.org:8443.");
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                ParticipantFile::parse,
                "site: s\n",
                "participant.yaml has 1 problem:\n  line 1   coordinator: is missing.");
        var many = IntStream.range(0, 17).mapToObj("https://m%d.example"::formatted).toList();
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                ParticipantFile::parse,
                "coordinator: " + many + "\nsite: s\n",
                "participant.yaml has 1 problem:\n"
                        + "  line 1   coordinator: lists 17 addresses. Keep at most 16.");
    }

    @Test
    void aConfigurationWithoutAnyAddressCannotBe() {
        var training = new ParticipantConfig.Training(ParticipantConfig.Device.CPU, 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new ParticipantConfig(List.of(), new SiteId("oslo"), training, List.of()));
    }
}
