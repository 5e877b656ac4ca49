package io.confide.cli.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The JVM options of a role, from the same files that the launcher uses. */
public final class JvmOptions {
    /** What a process is. */
    public enum Role {
        COORDINATOR("coordinator"),
        PARTICIPANT("participant");

        private final String file;

        Role(String file) {
            this.file = file;
        }
    }

    /** How long a process will live, which decides how soon it pays to optimise what it runs. */
    public enum Life {
        LONG,
        /** A minute or so. */
        BRIEF
    }

    private JvmOptions() {}

    /**
     * The folder into which one process of each role records which classes it loads; set by the launcher while it
     * rehearses (JEP 514).
     */
    public static Optional<Path> rehearsal() {
        return Optional.ofNullable(System.getProperty("confide.rehearsal")).map(Path::of);
    }

    /**
     * The command that runs the Confide command line in a new JVM: the same Java, class path and flags as here, and the
     * archive of the role's rehearsal where there is one.
     */
    public static List<String> command(Role role, Life life) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        var home = System.getProperty("confide.home", "");
        if (!home.isEmpty()) {
            var options = Path.of(home, "deploy", "jvm");
            var names =
                    switch (life) {
                        case LONG -> List.of("common", role.file);
                        case BRIEF -> List.of("common", role.file, "brief");
                    };
            for (var name : names) {
                var file = options.resolve(name + ".options");
                if (Files.isRegularFile(file)) {
                    command.add("@" + file);
                }
            }
            command.add("-Dconfide.home=" + home);
            var archive = Path.of(home, "deploy", "cli", "target", role.file + ".aot");
            if (Files.isRegularFile(archive)) {
                command.add("-XX:AOTCache=" + archive);
            }
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.confide.cli.Confide");
        return command;
    }

    /** As {@link #command}, of a process that writes which classes it loaded into {@code folder} when it ends. */
    static List<String> recorded(Role role, Life life, Path folder) {
        var command = command(role, life);
        command.addAll(
                1,
                List.of(
                        "-XX:AOTMode=record",
                        "-XX:AOTConfiguration=" + folder.resolve(role.file + ".aotconf"),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining"));
        return command;
    }
}
