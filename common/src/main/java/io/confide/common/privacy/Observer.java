package io.confide.common.privacy;

/** Who looks at the released sums, and what it knows of the noise in them. */
public sealed interface Observer {
    /** Whose shares of the noise it can subtract. */
    int colludingSites();

    /** A few words for a table. */
    String name();

    /** Everybody outside: knows what is published. */
    record Public() implements Observer {
        @Override
        public int colludingSites() {
            return 0;
        }

        @Override
        public String name() {
            return "public";
        }
    }

    /** The coordinator, which sees every sum but no share of the noise; together with {@code colludingSites} sites. */
    record Coordinator(int colludingSites) implements Observer {
        @Override
        public String name() {
            return switch (colludingSites) {
                case 0 -> "coordinator";
                case 1 -> "coordinator + 1 site";
                default -> "coordinator + " + colludingSites + " sites";
            };
        }
    }
}
