package io.confide.coordinator.driver;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a thread does for one job.
 *
 * @param ended hears, once, that the job is over here
 */
record JobTurns(JobDriver driver, Consumer<Optional<JobPublisher.Unrecorded>> ended)
        implements JobThreads.Work {
    @Override
    public void toTheEnd() {
        ended.accept(driver.run());
    }

    @Override
    public void now() {
        while (!driver.isIdle()) {
            var end = driver.turn();
            if (driver.isOver()) {
                ended.accept(end);
            }
        }
    }
}
