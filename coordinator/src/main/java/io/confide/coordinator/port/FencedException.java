package io.confide.coordinator.port;

import io.confide.common.model.JobId;

/** Another driver leads this job now: stop, and do nothing that anybody could see. */
public final class FencedException extends Exception {
    private static final long serialVersionUID = 1L;

    public FencedException(JobId job, FencingToken token) {
        super("token " + token.value() + " of job " + job + " is not the newest");
    }
}
