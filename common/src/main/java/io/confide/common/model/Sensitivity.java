package io.confide.common.model;

/** How a dataset must be handled, least restrictive first; an unstated sensitivity is {@link #SPECIAL}. */
public enum Sensitivity {
    OPEN,
    INTERNAL,
    PERSONAL,
    SPECIAL,
    SECRET
}
