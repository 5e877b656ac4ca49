package io.confide.common.privacy;

/** Which two data sets a guarantee makes hard to tell apart. Guarantees under different relations never add up. */
public enum Relation {
    /** One unit more or less (equally: one unit's values zeroed). The sensitivity of a clipped sum is the clip norm C. */
    ADD_REMOVE("add-remove", "one unit added or removed (or zeroed out)"),
    /** One unit exchanged for another, the number of units public. The sensitivity of a clipped sum is 2C. */
    REPLACE("replace", "one unit exchanged for another, the number of units public");

    private final String word;
    private final String meaning;

    Relation(String word, String meaning) {
        this.word = word;
        this.meaning = meaning;
    }

    /** The word of files and options. */
    public String word() {
        return word;
    }

    /** Half a sentence for a person. */
    public String meaning() {
        return meaning;
    }
}
