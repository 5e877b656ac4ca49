package io.confide.coordinator.driver;

import io.confide.coordinator.port.Views.JobView;

/** How the end of a job reads at a site. */
final class JobEnd {
    private JobEnd() {}

    /** E.g. {@code COMPLETED}, or {@code FAILED: Only 3 of ..}. */
    static String words(JobView view) {
        return view.reason()
                .map(reason -> view.state() + ": " + reason)
                .orElse(view.state().name());
    }
}
