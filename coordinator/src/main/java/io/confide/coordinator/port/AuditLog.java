package io.confide.coordinator.port;

import io.confide.common.governance.EventLog;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The event log, to be read by people. Blocking. */
public interface AuditLog {
    /**
     * Returns up to {@code most} events, newest first, that end before byte {@code before} of the log.
     *
     * @param before {@link Page#older} of an earlier page; empty for the newest events
     */
    Page page(OptionalLong before, int most);

    /** Follows the chain from its first event; empty if the log is too long to do that while somebody waits. */
    Optional<EventLog.Check> verify();

    /** Whose log this is, where several members of a cluster keep one each; empty where there is no other. */
    default Optional<Keeper> keeper() {
        return Optional.empty();
    }

    /**
     * A member and its log, in which is what was decided at that member and nothing else.
     *
     * @param others the names of the other members that are here now, in order
     */
    record Keeper(String member, List<String> others) {
        public Keeper {
            others = List.copyOf(others);
        }
    }

    /**
     * @param lines each the JSON of {@code {"event":{seq,time,actor,action,target,..},"hash":hex}}
     * @param older where the next older page ends; empty if there is none
     */
    record Page(List<String> lines, OptionalLong older) {
        public Page {
            lines = List.copyOf(lines);
        }
    }
}
