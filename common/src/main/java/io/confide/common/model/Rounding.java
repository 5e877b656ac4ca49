package io.confide.common.model;

/** How a real becomes an integer code before it is summed (PROTOCOL.md §4). */
public enum Rounding {
    /** Up or down at random so that the expectation is exact: errors of many sites and rounds average out. */
    STOCHASTIC,
    /** To the nearest code: a smaller error of one value, but the same one every time. */
    NEAREST
}
