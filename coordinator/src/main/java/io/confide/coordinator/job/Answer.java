package io.confide.coordinator.job;

import io.confide.common.wire.SiteBody.Verdict;

import java.util.List;

/** A site's own decision about the plan, with its reasons. */
public record Answer(Verdict verdict, List<String> reasons) {
    public Answer {
        reasons = List.copyOf(reasons);
    }
}
