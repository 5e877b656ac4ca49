package io.confide.participant.port;

/** What becomes of rows that do not meet the dictionary. */
public enum RowFaults {
    /** The dataset is refused, with one sentence for its steward. Whoever sees that learns something of the rows. */
    REFUSE,

    /**
     * Each of them is left out, or its value taken as missing, whatever the other rows are: nobody but the steward
     * can tell, and one row more or less stays one row more or less.
     */
    LEAVE_OUT
}
