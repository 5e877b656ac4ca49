package io.confide.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a soak saw, for people and for programs. */
record SoakReport(
        Duration length,
        long seed,
        Map<SoakFaults.Kind, Integer> faults,
        List<Duration> jobs,
        List<String> namedEnds,
        int failedRounds,
        List<SoakGauges.Course> courses,
        Map<String, List<SoakGauges.Look>> series,
        List<Size> sizes,
        Map<String, Integer> errorsAllowed,
        List<String> findings) {
    /**
     * What is kept, at one moment.
     *
     * @param jobs completed until then
     * @param members bytes in their homes without logs
     * @param sites as for members
     * @param rows of each table
     */
    record Size(
            int jobs,
            int rounds,
            long database,
            long members,
            long sites,
            Map<String, Long> rows) {}

    /** Writes {@code summary.md} and {@code summary.json}. */
    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve("summary.md"), markdown());
        Files.writeString(folder.resolve("summary.json"), json());
    }

    private String markdown() {
        var text = new StringBuilder();
        var sorted = jobs.stream().sorted().toList();
        text.append("%s, seed %d, %d findings%n".formatted(length, seed, findings.size()));
        findings.forEach(finding -> text.append("- ").append(finding).append('\n'));
        text.append("%nfaults: %s%n".formatted(faults));
        if (!sorted.isEmpty()) {
            text.append(
                    "jobs: %d completed, of %d rounds, %d rounds failed; median %d s, longest %d s%n"
                            .formatted(
                                    sorted.size(),
                                    sizes.getLast().rounds(),
                                    failedRounds,
                                    sorted.get(sorted.size() / 2).toSeconds(),
                                    sorted.getLast().toSeconds()));
        }
        text.append("ended with a named reason and retried: %s%n".formatted(namedEnds));
        text.append("errors that are allowed: %s%n%n".formatted(errorsAllowed));
        text.append(
                "| process | figure | second sixth | last sixth | rounds between |\n"
                        + "|---|---|---|---|---|\n");
        for (var course : courses) {
            text.append(
                    "| %s | %s | %d | %d | %d |%n"
                            .formatted(
                                    course.process(),
                                    course.what(),
                                    course.early(),
                                    course.late(),
                                    course.rounds()));
        }
        text.append("\n");
        sizes.forEach(size -> text.append("- ").append(size).append('\n'));
        return text.toString();
    }

    private String json() throws IOException {
        var mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        var all = mapper.createObjectNode();
        all.put("seconds", length.toSeconds()).put("seed", seed);
        all.set("faults", mapper.valueToTree(faults));
        all.set("jobSeconds", mapper.valueToTree(jobs.stream().map(Duration::toSeconds).toList()));
        all.set("namedEnds", mapper.valueToTree(namedEnds));
        all.put("failedRounds", failedRounds);
        all.set("courses", mapper.valueToTree(courses));
        all.set("sizes", mapper.valueToTree(sizes));
        all.set("errorsAllowed", mapper.valueToTree(errorsAllowed));
        all.set("findings", mapper.valueToTree(findings));
        var looks = all.putObject("looks");
        series.forEach(
                (name, each) -> {
                    var list = looks.putArray(name);
                    each.forEach(look -> put(list.addObject(), look));
                });
        return mapper.writeValueAsString(all);
    }

    private static void put(ObjectNode node, SoakGauges.Look look) {
        node.put("second", look.at().toSeconds()).put("rounds", look.rounds());
        node.put("process", look.process());
        look.heapKib().ifPresent(heap -> node.put("heapKib", heap));
        node.put("residentKib", look.residentKib());
        node.put("files", look.files()).put("threads", look.threads());
    }
}
