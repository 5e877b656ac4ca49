package io.confide.cli.bench;

/** Who shares masks with whom. */
public enum MaskGraph {
    COMPLETE("complete"),
    SPARSE("sparse");

    private final String word;

    MaskGraph(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
