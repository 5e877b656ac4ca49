package io.confide.common.model;

/** Whether the rounds of a plan leave a record with which one leaf of each sum can be recomputed (PROTOCOL.md §3.10). */
public enum SumAudit {
    OFF,
    ON
}
