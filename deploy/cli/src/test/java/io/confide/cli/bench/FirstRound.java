package io.confide.cli.bench;

import io.confide.cli.Terminal;
import io.confide.common.vector.MaskWarmUp;

import java.io.OutputStream;
import java.io.PrintStream;
import java.security.SecureRandom;

/** The life of a young process up to the end of its first round: warm-up, set-up, round; in between it says where it is. */
final class FirstRound {
    static final String WARM = "-- warm";
    static final String OVER = "-- over";
    private static final int CALLS = 400_000;

    private FirstRound() {}

    /** The argument is how many sites are lost at the upload. */
    public static void main(String[] arguments) {
        int lost = Integer.parseInt(arguments[0]);
        var workload = new Workload(4, 10_000, 16, 0, lost, LostAt.UPLOAD, 1, 0);
        var random = new SecureRandom();
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        var progress = new BenchProgress(new Terminal(nowhere, nowhere, Terminal.Look.PLAIN, 80));
        MaskWarmUp.run(new SecureRandom());
        System.out.println(WARM);
        try (var consortium = new BenchConsortium(workload, random)) {
            var heap = new HeapWatch();
            var epoch = new SetUpRun(consortium, progress, heap).run().epoch();
            var stage = progress.stage("rounds", workload.sites());
            new RoundRun(consortium, epoch, 1, random, stage, heap).run(RoundRun.Collection.NONE);
        }
        System.out.println(OVER);
        System.out.println(Control.run());
    }

    /** What must be seen: code that was optimised while a class had one kind only is given up when there is another. */
    private static final class Control {
        private abstract static class Kind {
            abstract int next(int value);
        }

        private static final class One extends Kind {
            @Override
            int next(int value) {
                return value + 1;
            }
        }

        private static final class Another extends Kind {
            @Override
            int next(int value) {
                return value + 2;
            }
        }

        static int run() {
            int value = 0;
            for (int call = 0; call < CALLS; call++) {
                value = step(new One(), value);
            }
            return step(Late.another(), value);
        }

        /** To check what calls this does not load the other kind. */
        private static final class Late {
            static Kind another() {
                return new Another();
            }
        }

        static int step(Kind kind, int value) {
            return kind.next(value);
        }
    }
}
