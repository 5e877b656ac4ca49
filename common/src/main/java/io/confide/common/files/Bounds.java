package io.confide.common.files;

/** The values a number may have, ends included. */
record Bounds(double min, double max, String words) {
    static Bounds between(long min, long max) {
        return new Bounds(min, max, "between " + min + " and " + max);
    }

    /** Finite and greater than 0. */
    static Bounds positive() {
        return new Bounds(Double.MIN_VALUE, Double.MAX_VALUE, "above 0");
    }

    static Bounds notNegative() {
        return new Bounds(0, Double.MAX_VALUE, "0 or above");
    }

    static Bounds finite() {
        return new Bounds(-Double.MAX_VALUE, Double.MAX_VALUE, "a finite number");
    }

    boolean contain(double value) {
        return value >= min && value <= max;
    }
}
