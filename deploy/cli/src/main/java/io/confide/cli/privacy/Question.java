package io.confide.cli.privacy;

import io.confide.cli.BadValue;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.model.ConfideException;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.Map;
import java.util.concurrent.Callable;

/** What is asked of the accountants: only its parameters can be wrong, so every refusal is one of bad usage. */
abstract class Question implements Callable<Integer> {
    @Mixin EventOptions options = new EventOptions();

    @Mixin ShareOptions shareOptions = new ShareOptions();

    final Terminal terminal;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    Question(Terminal terminal) {
        this.terminal = terminal;
    }

    /** An answer in both forms. */
    interface Answer {
        Map<String, Object> json();

        void print(Terminal terminal);
    }

    abstract Answer answer();

    @Override
    public final Integer call() {
        try {
            var answer = answer();
            if (json) {
                terminal.line(JsonText.pretty(answer.json()));
            } else {
                answer.print(terminal);
            }
            return 0;
        } catch (ConfideException refusal) {
            throw new CommandLine.ParameterException(spec.commandLine(), refusal.sentence());
        } catch (BadValue refusal) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), String.valueOf(refusal.getMessage()));
        }
    }
}
