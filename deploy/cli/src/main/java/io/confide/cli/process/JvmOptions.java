package io.confide.cli.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    private JvmOptions() {}

    /** The command that runs the Confide command line in a new JVM: the same Java, class path and flags as here. */
    public static List<String> command(Role role) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        var home = System.getProperty("confide.home", "");
        if (!home.isEmpty()) {
            var options = Path.of(home, "deploy", "jvm");
            for (var name : List.of("common", role.file)) {
                var file = options.resolve(name + ".options");
                if (Files.isRegularFile(file)) {
                    command.add("@" + file);
                }
            }
            command.add("-Dconfide.home=" + home);
        }
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.confide.cli.Confide");
        return command;
    }
}
