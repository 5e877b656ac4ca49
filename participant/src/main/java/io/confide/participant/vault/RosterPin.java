package io.confide.participant.vault;

import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.secagg.Roster;
import io.confide.common.storage.PrivateFiles;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/** The roster that the steward approved: a later change of the file, by whomever, is not the approved one. */
public final class RosterPin {
    private static final String APPROVE = "run: confide participant approve --roster FILE";

    private RosterPin() {}

    /** Returns the pinned roster; empty if none was approved; throws ROSTER_NOT_APPROVED if the file was changed. */
    public static Optional<Roster> read(Home home) {
        if (!Files.exists(home.rosterPin())) {
            return Optional.empty();
        }
        String pin = text(PrivateFiles.read(home.rosterPin(), APPROVE)).strip();
        var roster = RosterFile.parse(text(PrivateFiles.read(home.roster(), APPROVE)));
        if (!hash(roster).hex().equals(pin)) {
            throw new ConfideException(
                    ErrorCode.ROSTER_NOT_APPROVED,
                    home.roster()
                            + " is not the roster that was approved; compare the fingerprints with"
                            + " the consortium and "
                            + APPROVE);
        }
        return Optional.of(roster.roster());
    }

    /**
     * Pins {@code roster}; throws CONFLICT if its version is below the pinned one, or the same with other content: a site
     * never goes back.
     */
    public static void write(Home home, RosterDocument roster) {
        if (Files.exists(home.rosterPin())) {
            var before = RosterFile.parse(text(PrivateFiles.read(home.roster(), APPROVE)));
            boolean sameVersion = roster.version() == before.version();
            if (roster.version() < before.version()
                    || (sameVersion && !hash(roster).equals(hash(before)))) {
                throw new ConfideException(
                        ErrorCode.CONFLICT,
                        "this site has approved version "
                                + before.version()
                                + " of the roster; another roster needs a higher version than that,"
                                + " not "
                                + roster.version());
            }
        }
        PrivateFiles.createDirectory(home.directory());
        PrivateFiles.write(home.roster(), RosterFile.bytes(roster).toArray());
        PrivateFiles.write(
                home.rosterPin(), (hash(roster).hex() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The fingerprint that people compare: SHA-256 of the canonical JSON. */
    public static Digest hash(RosterDocument roster) {
        return Digest.of(RosterFile.bytes(roster));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
