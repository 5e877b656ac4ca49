package io.confide.swarm;

import static io.confide.swarm.Edit.asIfTrue;
import static io.confide.swarm.Edit.oneLess;
import static io.confide.swarm.Edit.performedAtOnce;
import static io.confide.swarm.Edit.returnsAtOnce;
import static io.confide.swarm.Edit.returnsFalse;
import static io.confide.swarm.Edit.withoutCall;
import static io.confide.swarm.Edit.withoutCheck;

import java.util.List;
import java.util.Optional;

/** Bugs to plant into the compiled product: each is one rule of the protocol or of the driver that somebody forgot. */
final class PlantedBugs {
    private static final String DRIVER = "io.confide.coordinator.driver.";
    private static final String ROUND = "io.confide.coordinator.round.";
    private static final String SERVER = "io.confide.common.secagg.server.";
    private static final String SITE = "io.confide.common.secagg.site.";

    /** So that frames do not take longer than it takes to ask again. */
    private static final String QUIET = "delayMillisMax 50\n";

    private PlantedBugs() {}

    /**
     * @param always what goes wrong in each world besides what its seed says; lines of a scenario
     */
    record Bug(String name, Optional<String> always, List<Edit> edits) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The six of the architecture note, then those of driver and protocol. */
    static List<Bug> all() {
        return List.of(
                bug(
                        "the fencing token is ignored",
                        "takeover 1200",
                        asIfTrue("io.confide.swarm.DurableLog", "append", "isNewest")),
                bug(
                        "the sum is over all that arrives, not over the included",
                        returnsFalse(SERVER + "RoundProtocol", "isClosedTo"),
                        asIfTrue(DRIVER + "RoundRunner", "mayUpload", "isPresent")),
                bug(
                        "a late input is taken up after the set was fixed",
                        returnsFalse(SERVER + "RoundProtocol", "isClosedTo"),
                        asIfTrue(DRIVER + "RoundRunner", "mayUpload", "isPresent"),
                        asIfTrue(SERVER + "RoundProtocol", "propose", "isEmpty")),
                bug(
                        "effects happen before the append",
                        performedAtOnce(DRIVER + "Journal", "reveal")),
                bug("the threshold is one too low", oneLess(ROUND + "RoundRules", "threshold")),
                bug(
                        "whoever takes over forgets what is outstanding",
                        "delayMillisMax 2000\ncrash 6000 1000",
                        returnsAtOnce(DRIVER + "JobRunner", "remind"),
                        returnsAtOnce(DRIVER + "RoundRunner", "askAgain")),
                bug(
                        "nobody is asked twice for an input",
                        QUIET + "bus UP",
                        returnsAtOnce(DRIVER + "RoundRepeats", "askInputs")),
                bug(
                        "a round that is over goes on asking",
                        "attacks REPLAYED_ROUND\ndelayMillisMax 300",
                        returnsFalse(DRIVER + "RoundVoice", "isSilent")),
                bug(
                        "a plan is offered once",
                        QUIET + "bus BOTH",
                        returnsAtOnce(DRIVER + "Offers", "again")),
                bug(
                        "a site that refuses keys is not told that they are ready",
                        QUIET + "bus DOWN\nkeys LIVE",
                        returnsFalse(DRIVER + "RoundRepeats", "maybeUntold")),
                bug(
                        "a step of the key set-up is said once",
                        QUIET + "bus DOWN\nkeys LIVE",
                        withoutCall(DRIVER + "EpochRunner", "stepOver", "send")),
                bug(
                        "a certificate is shown once",
                        QUIET + "bus DOWN",
                        returnsAtOnce(DRIVER + "RoundRepeats", "certify")),
                bug("the quorum is one too low", oneLess(ROUND + "RoundRules", "quorum")),
                bug(
                        "a new process forgets the set that was fixed",
                        QUIET + "slow 0 30000\ncrashInAppend 14 AFTER 500",
                        returnsAtOnce(DRIVER + "InterruptedRound", "restore")),
                bug(
                        "an input is in the sum before it is durable",
                        withoutCall(DRIVER + "RoundIntake", "foldOnceDurable", "note")),
                bug(
                        "a site does not record that its input is spent",
                        withoutCall(SITE + "RoundInput", "upload", "recordRound")),
                bug(
                        "a new process sends what is kept without a look at it",
                        asIfTrue(SITE + "KeptUploads", "recorded", "equals")),
                bug("a site puts no masks on its input", returnsAtOnce(SITE + "SiteEpoch", "mask")),
                bug(
                        "a site leaves the pair masks out",
                        returnsAtOnce(SITE + "SiteEpoch", "maskPair")),
                bug(
                        "the coordinator makes other groups than the sites",
                        "sites 12\ngroups 3\nkeys LIVE",
                        oneLess("io.confide.common.secagg.Partition", "blockMin")),
                bug(
                        "a site is heard in the rounds of every group",
                        "sites 12\ngroups 3\nrepeat 0.3\ndelayMillisMax 2000",
                        asIfTrue(DRIVER + "RoundRunner", "concerns", "isPresent")),
                bug(
                        "a round closes early without a sum",
                        "sites 4\ngroups 1\nrounds 8\nhang 1500 1 40000\nhang 1500 2 40000",
                        asIfTrue(ROUND + "CollectingPhase", "step", "isSum")),
                bug(
                        "who was late is waited for no longer than before",
                        "sites 5\ngroups 1\nrounds 8\nhang 1500 2 50000",
                        asIfTrue(ROUND + "UsualTimes$Past", "late", "compareTo")),
                bug(
                        "a site signs two sets of inputs (K18)",
                        "attacks OTHER_SET",
                        withoutCheck("K18")),
                bug(
                        "a site opens a sum without a quorum (K19)",
                        "attacks FORGED_CERTIFICATE",
                        withoutCheck("K19")),
                bug(
                        "a site takes part in a round of two (K9)",
                        "attacks SMALL_COHORT",
                        withoutCheck("K9")));
    }

    private static Bug bug(String name, Edit... edits) {
        return new Bug(name, Optional.empty(), List.of(edits));
    }

    private static Bug bug(String name, String always, Edit... edits) {
        return new Bug(name, Optional.of(always), List.of(edits));
    }
}
