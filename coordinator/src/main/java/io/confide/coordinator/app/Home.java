package io.confide.coordinator.app;

import io.confide.common.crypto.Seed;
import io.confide.common.crypto.SigningKey;
import io.confide.common.files.Json;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;
import io.confide.common.vector.MaskWarmUp;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;

/** The folder of one coordinator: its lock, its identity, its token, and the file that says it listens. */
final class Home implements AutoCloseable {
    private static final int TOKEN_BYTES = 32;
    private static final String READY = "ready.json";

    private final Path directory;
    private final FileChannel lock;

    private Home(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Takes the home for this process.
     *
     * @throws ConfideException CONFLICT if another coordinator runs here; DISK_FULL if it cannot be written
     */
    static Home open(Path directory) {
        try {
            Files.createDirectories(directory);
            var channel = PrivateFiles.openChannel(directory.resolve("coordinator.lock"));
            if (!locked(channel)) {
                channel.close();
                throw new ConfideException(
                        ErrorCode.CONFLICT,
                        "Another coordinator runs in %s (its process is named in %s); stop it first, or give this one a home of its own."
                                .formatted(directory, READY));
            }
            Files.deleteIfExists(directory.resolve(READY));
            return new Home(directory, channel);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(directory, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (java.nio.channels.OverlappingFileLockException e) {
            return false;
        }
    }

    Path resolve(String name) {
        return directory.resolve(name);
    }

    Path resolve(Path path) {
        return directory.resolve(path);
    }

    /** Returns the Ed25519 key that the roster names; made at the first start. */
    SigningKey identity(SecureRandom random) {
        var file = directory.resolve("identity").resolve("ed25519.key");
        String hex =
                secret(
                        file,
                        () -> {
                            byte[] seed = SigningKey.generate(random).reveal();
                            return Bytes.wrap(seed).hex();
                        });
        try {
            return SigningKey.of(Bytes.ofHex(hex).toArray());
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "The identity key in %s is damaged; restore it from a backup: sites know this coordinator by it."
                            .formatted(file),
                    e);
        }
    }

    /** Returns the administrator's access token; made at the first start. */
    String adminToken(SecureRandom random) {
        return secret(
                directory.resolve("admin.token"),
                () -> {
                    var bytes = new byte[TOKEN_BYTES];
                    random.nextBytes(bytes);
                    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                });
    }

    /** Returns the key by which this coordinator knows its own sessions again; made at the first start. */
    Seed sessionKey(SecureRandom random) {
        var hex =
                secret(
                        directory.resolve("session.key"),
                        () -> Bytes.wrap(Seed.generate(random).reveal()).hex());
        try {
            return Seed.copyOf(Bytes.ofHex(hex).toArray());
        } catch (IllegalArgumentException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    directory.resolve("session.key")
                            + " is not a key; delete it, and everybody signs in again.",
                    e);
        }
    }

    /** Says which ports are listened on; the file appears whole or not at all. */
    void ready(CoordinatorProcess.Ports ports, Bytes coordinatorKey, MaskWarmUp warm) {
        var json =
                Json.object()
                        .with("sites", ports.sites())
                        .with("people", ports.people())
                        .with("management", ports.management())
                        .with("pid", ProcessHandle.current().pid())
                        .with("warmedUpBytes", warm.bytes())
                        .with("coordinatorKey", coordinatorKey.hex())
                        .canonical();
        PrivateFiles.write(
                directory.resolve(READY), (json + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String secret(Path file, Supplier<String> fresh) {
        PrivateFiles.createDirectory(PrivateFiles.parent(file));
        if (!Files.exists(file)) {
            PrivateFiles.write(file, (fresh.get() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        byte[] text = PrivateFiles.read(file, "it is made at the next start");
        return new String(text, StandardCharsets.US_ASCII).strip();
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(directory.resolve(READY));
            lock.close();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(directory, e);
        }
    }
}
