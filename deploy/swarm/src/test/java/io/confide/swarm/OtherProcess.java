package io.confide.swarm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The same worlds in a Java process of their own. */
final class OtherProcess {
    private OtherProcess() {}

    /** Prints the digests of the first seeds. */
    public static void main(String[] arguments) {
        var swarm = new Swarm();
        for (long seed = 1; seed <= Long.parseLong(arguments[0]); seed++) {
            System.out.println(Long.toHexString(swarm.replay(seed).digest()));
        }
    }

    /** The digests of the seeds 1 to {@code worlds}. */
    static List<String> digests(int worlds) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try {
            var process =
                    new ProcessBuilder(
                                    java,
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    OtherProcess.class.getName(),
                                    String.valueOf(worlds))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("the other process failed");
            }
            return text.lines().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
