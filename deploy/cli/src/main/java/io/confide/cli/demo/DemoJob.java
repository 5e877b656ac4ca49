package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.demo.DemoStudy.Hospital;
import io.confide.cli.remote.JobFiles;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.cli.watch.JobFollower;
import io.confide.cli.watch.JobPicture;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.participant.app.Steward;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** One job from submission to its end. */
final class DemoJob {
    private static final Duration OFFER_MAX = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 50;

    private final RemoteCoordinator coordinator;
    private final DemoHome home;

    DemoJob(RemoteCoordinator coordinator, DemoHome home) {
        this.coordinator = coordinator;
        this.home = home;
    }

    /** What is left when the job is over. */
    record Outcome(JsonNode job, JsonNode rounds) {}

    /** Submits the two files as {@code confide job submit} does. */
    JsonNode submit() throws IOException, InterruptedException {
        return coordinator.post("jobs", JobFiles.body(home.job(), home.study()));
    }

    /** Approves the plan at every hospital as its steward, as soon as it has been offered there. */
    void approve(String planHash, List<Hospital> hospitals) throws InterruptedException {
        long end = System.nanoTime() + OFFER_MAX.toNanos();
        for (var hospital : hospitals) {
            var site = home.site(hospital.site());
            while (!offered(planHash, hospital)) {
                if (System.nanoTime() > end) {
                    throw new ConfideException(
                            ErrorCode.INTERNAL,
                            "The plan did not reach "
                                    + hospital.title()
                                    + " within "
                                    + OFFER_MAX.toSeconds()
                                    + " s. See "
                                    + home.log(hospital.site().value())
                                    + ".");
                }
                Thread.sleep(POLL_MILLIS);
            }
            Steward.approvePlan(site, planHash, InstantSource.system());
        }
    }

    private boolean offered(String planHash, Hospital hospital) {
        return Steward.offers(home.site(hospital.site()), InstantSource.system()).stream()
                .anyMatch(offer -> offer.hash().hex().equals(planHash));
    }

    /** Follows the job to its end. */
    Outcome follow(JsonNode job, JobPicture picture, JobFollower.Listener listener)
            throws IOException, InterruptedException {
        var id = job.path("id").asText();
        picture.view(job);
        var end = new JobFollower(coordinator, id).follow(picture, listener);
        return new Outcome(end, coordinator.get("jobs/" + id + "/rounds"));
    }
}
