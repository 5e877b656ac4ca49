package io.confide.common.privacy;

/** Whose presence a guarantee hides. Clipping and sampling must be done per unit, whatever it is. */
public enum PrivacyUnit {
    RECORD("record"),
    PATIENT("patient"),
    SITE("site");

    private final String word;

    PrivacyUnit(String word) {
        this.word = word;
    }

    /** The word of files and options. */
    public String word() {
        return word;
    }
}
