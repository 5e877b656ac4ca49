package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.coordinator.port.FencingToken;

import java.util.concurrent.CompletableFuture;

/**
 * A job that is led here.
 *
 * @param over done once it is not any more
 */
record RunningJob(
        JobDriver driver,
        FencingToken token,
        Underway underway,
        JobThreads.Course course,
        CompletableFuture<Mail.Heard> over) {
    /** Posts {@code mail} about {@code site}, if the site is in the job's consortium. */
    void post(SiteId site, Mail mail) {
        if (driver.facts().knows(site)) {
            driver.post(mail);
        }
    }
}
