package io.confide.participant.vault;

import io.confide.common.files.PlanJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The plans that were offered to a site, kept so that the steward can read what is to be approved. */
public final class Offers {
    private static final String PLAN = ".plan.json";
    private static final String JOB = ".job";

    /** Whoever offers more must not fill the disk; an approved plan stays whatever comes. */
    static final int KEPT_MAX = 256;

    private Offers() {}

    /** One offered plan and the job that it was last offered for. */
    public record Offer(Digest hash, Plan plan, JobId job, Instant since) {}

    /**
     * Keeps the plan whose canonical bytes are {@code bytes}, and deletes the oldest that nobody approved when there are
     * more than {@link #KEPT_MAX}.
     */
    public static void record(Home home, JobId job, Bytes bytes) {
        PrivateFiles.createDirectory(home.offers());
        String hash = Digest.of(bytes).hex();
        if (!Files.exists(home.offers().resolve(hash + PLAN))) {
            PrivateFiles.write(home.offers().resolve(hash + PLAN), bytes.toArray());
        }
        PrivateFiles.write(
                home.offers().resolve(hash + JOB),
                job.toString().getBytes(StandardCharsets.US_ASCII));
        prune(home, hash);
    }

    private static void prune(Home home, String newest) {
        try (var files = Files.list(home.offers())) {
            var plans = files.filter(file -> file.toString().endsWith(PLAN)).toList();
            if (plans.size() <= KEPT_MAX) {
                return;
            }
            plans.stream()
                    .filter(file -> !hash(file).equals(newest))
                    .filter(file -> Grants.find(home, Digest.ofHex(hash(file))).isEmpty())
                    .sorted(Comparator.comparing(Offers::since))
                    .limit(plans.size() - KEPT_MAX)
                    .forEach(
                            file -> {
                                PrivateFiles.deleteQuietly(file);
                                PrivateFiles.deleteQuietly(file.resolveSibling(hash(file) + JOB));
                            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + home.offers(), e);
        }
    }

    private static String hash(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - PLAN.length());
    }

    private static Instant since(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException _) {
            return Instant.EPOCH;
        }
    }

    /** All offers, newest first. */
    public static List<Offer> all(Home home) {
        if (!Files.isDirectory(home.offers())) {
            return List.of();
        }
        try (var files = Files.list(home.offers())) {
            return files.filter(file -> file.toString().endsWith(PLAN))
                    .map(Offers::read)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparing(Offer::since).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + home.offers(), e);
        }
    }

    private static Optional<Offer> read(Path file) {
        try {
            var bytes = Bytes.wrap(Files.readAllBytes(file));
            var job = file.resolveSibling(Digest.of(bytes).hex() + JOB);
            return Optional.of(
                    new Offer(
                            Digest.of(bytes),
                            PlanJson.parse(bytes),
                            JobId.of(Files.readString(job)),
                            Files.getLastModifiedTime(file).toInstant()));
        } catch (IOException | IllegalArgumentException _) {
            // A file that is no plan was not put there by the process; nobody can approve it.
            return Optional.empty();
        }
    }
}
