package io.confide.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A scenario as lines for people: one fact a line, one line for each thing that goes wrong. */
final class ScenarioText {
    private ScenarioText() {}

    static String of(Scenario scenario) {
        var lines = new ArrayList<String>();
        var rates = scenario.rates();
        lines.add("seed " + scenario.seed());
        lines.add("sites " + scenario.sites());
        lines.add("rounds " + scenario.rounds());
        if (scenario.groups() > 1) {
            lines.add("groups " + scenario.groups());
        }
        lines.add("keys " + scenario.keys());
        lines.add("inputs " + scenario.inputs());
        lines.add("loss " + rates.loss());
        lines.add("repeat " + rates.repeat());
        lines.add("delayMillisMax " + rates.delayMillisMax());
        scenario.ops().forEach(op -> lines.add(line(op)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(Op op) {
        return switch (op) {
            case Op.Cut(var at, var site, var way, var millis) ->
                    "cut %d %d %s %d".formatted(at, site, way, millis);
            case Op.Bus(var way) -> "bus %s".formatted(way);
            case Op.SiteCrash(var at, var site, var down) ->
                    "siteCrash %d %d %d".formatted(at, site, down);
            case Op.SiteDies(var at, var site) -> "siteDies %d %d".formatted(at, site);
            case Op.Late(var site, var at) -> "late %d %d".formatted(site, at);
            case Op.Hang(var at, var site, var millis) ->
                    "hang %d %d %d".formatted(at, site, millis);
            case Op.Slow(var site, var millis) -> "slow %d %d".formatted(site, millis);
            case Op.Crash(var at, var down) -> "crash %d %d".formatted(at, down);
            case Op.CrashInAppend(var append, var moment, var down) ->
                    "crashInAppend %d %s %d".formatted(append, moment, down);
            case Op.AnswerLost(var append) -> "answerLost %d".formatted(append);
            case Op.Takeover(var at) -> "takeover %d".formatted(at);
            case Op.SiteClock(var at, var site, var millis) ->
                    "siteClock %d %d %d".formatted(at, site, millis);
            case Op.Clock(var at, var millis) -> "clock %d %d".formatted(at, millis);
            case Op.Torn(var site) -> "torn %d".formatted(site);
            case Op.Lies(var site, var lie) -> "lies %d %s".formatted(site, lie);
            case Op.Attacks(var attack) -> "attacks %s".formatted(attack);
        };
    }

    /** Empty lines, and those that begin with #, say nothing. Throws {@link IllegalArgumentException} with the line. */
    static Scenario parse(String text) {
        Map<String, String> facts = new TreeMap<>();
        var ops = new ArrayList<Op>();
        for (var line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                var words = List.of(line.split(" +"));
                if (words.size() == 2 && isFact(words.getFirst())) {
                    facts.put(words.getFirst(), words.getLast());
                } else {
                    ops.add(parse(line, words));
                }
            }
        }
        return new Scenario(
                Long.parseLong(fact(facts, "seed")),
                Integer.parseInt(fact(facts, "sites")),
                Integer.parseInt(fact(facts, "rounds")),
                Integer.parseInt(facts.getOrDefault("groups", "1")),
                Scenario.Keys.valueOf(fact(facts, "keys")),
                Scenario.Inputs.valueOf(fact(facts, "inputs")),
                new Scenario.Rates(
                        Double.parseDouble(fact(facts, "loss")),
                        Double.parseDouble(fact(facts, "repeat")),
                        Integer.parseInt(fact(facts, "delayMillisMax"))),
                ops);
    }

    private static boolean isFact(String word) {
        return List.of(
                        "seed",
                        "sites",
                        "rounds",
                        "groups",
                        "keys",
                        "inputs",
                        "loss",
                        "repeat",
                        "delayMillisMax")
                .contains(word);
    }

    private static String fact(Map<String, String> facts, String name) {
        var value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a scenario without " + name);
        }
        return value;
    }

    private static Op parse(String line, List<String> words) {
        try {
            return op(words.getFirst(), words.subList(1, words.size()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not a line of a scenario: " + line, e);
        }
    }

    private static Op op(String kind, List<String> of) {
        return switch (kind) {
            case "cut" -> new Op.Cut(number(of, 0), site(of, 1), way(of, 2), number(of, 3));
            case "bus" -> new Op.Bus(way(of, 0));
            case "siteCrash" -> new Op.SiteCrash(number(of, 0), site(of, 1), number(of, 2));
            case "siteDies" -> new Op.SiteDies(number(of, 0), site(of, 1));
            case "late" -> new Op.Late(site(of, 0), number(of, 1));
            case "hang" -> new Op.Hang(number(of, 0), site(of, 1), number(of, 2));
            case "slow" -> new Op.Slow(site(of, 0), number(of, 1));
            case "crash" -> new Op.Crash(number(of, 0), number(of, 1));
            case "crashInAppend" ->
                    new Op.CrashInAppend(
                            site(of, 0), Op.Moment.valueOf(upper(of, 1)), number(of, 2));
            case "answerLost" -> new Op.AnswerLost(site(of, 0));
            case "takeover" -> new Op.Takeover(number(of, 0));
            case "siteClock" -> new Op.SiteClock(number(of, 0), site(of, 1), number(of, 2));
            case "clock" -> new Op.Clock(number(of, 0), number(of, 1));
            case "torn" -> new Op.Torn(site(of, 0));
            case "lies" -> new Op.Lies(site(of, 0), Op.Lie.valueOf(upper(of, 1)));
            case "attacks" -> new Op.Attacks(Op.Attack.valueOf(upper(of, 0)));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static long number(List<String> words, int at) {
        return Long.parseLong(words.get(at));
    }

    private static int site(List<String> words, int at) {
        return Integer.parseInt(words.get(at));
    }

    private static Op.Way way(List<String> words, int at) {
        return Op.Way.valueOf(upper(words, at));
    }

    private static String upper(List<String> words, int at) {
        return words.get(at).toUpperCase(Locale.ROOT);
    }
}
