package io.confide.coordinator.backup;

/** Is told how far a copy is; from any thread, at most a few times a second or once a file. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (_, _, _) -> {};

    /**
     * @param done bytes of {@code what}
     * @param of how many; for a database an upper bound
     */
    void at(String what, long done, long of);
}
