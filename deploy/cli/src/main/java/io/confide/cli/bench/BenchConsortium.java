package io.confide.cli.bench;

import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.Codec;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.ModelRules;
import io.confide.common.secagg.site.SharedFindings;
import io.confide.common.secagg.site.SiteLimits;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.secagg.site.SiteSetting;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** A roster of real sites in this process, and what their coordinator knows before the first message. */
final class BenchConsortium implements AutoCloseable {
    static final Duration DEADLINE_MAX = Duration.ofHours(1);

    private static final int CONFIG_BYTES_MAX = 1 << 16;
    private static final Digest ARCHITECTURE = Digest.of(new byte[] {1});

    private final JobId job = new JobId(UUID.randomUUID());
    private final InstantSource clock = InstantSource.system();
    private final Workload workload;
    private final Codec codec;
    private final SigningKey coordinatorKey;
    private final Roster roster;
    private final SecAggPolicy policy;
    private final SiteSet measured;
    private final List<SiteProtocol> sites;

    BenchConsortium(Workload workload, SecureRandom random) {
        this.workload = workload;
        this.codec = workload.codec();
        this.coordinatorKey = SigningKey.generate(random);
        var identities = new ArrayList<SigningKey>();
        var members = new ArrayList<Roster.Member>();
        for (int site = 0; site < workload.sites(); site++) {
            var key = SigningKey.generate(random);
            identities.add(key);
            members.add(new Roster.Member(new SiteId("site" + site), key.publicKey()));
        }
        this.roster = new Roster(1, workload.colluders(), coordinatorKey.publicKey(), members);
        this.policy = policy(roster);
        // One table of public keys, as each site has for itself: as many as there are sites would
        // not
        // fit the cache that a real site has alone.
        var keys = RosterKeys.of(roster);
        var remembering = keys.remembering();
        var findings = SharedFindings.ofOneProcess();
        this.measured = workload.measuredSites();
        this.sites =
                IntStream.range(0, identities.size())
                        .mapToObj(
                                site -> {
                                    var setting = setting(site, identities.get(site), random);
                                    return checksAlone(site)
                                            ? new SiteProtocol(setting, keys)
                                            : new SiteProtocol(setting, remembering, findings);
                                })
                        .toList();
    }

    private SecAggPolicy policy(Roster of) {
        return switch (workload.graph()) {
            case COMPLETE ->
                    SecAggPolicy.completeGraph(
                            of,
                            of.mMin(),
                            SecAggPolicy.FastPath.ALLOWED,
                            codec.hash(),
                            ARCHITECTURE);
            case SPARSE ->
                    SecAggPolicy.sparseGraph(
                                    of, workload.deltaPpm(), of.mMin(), codec.hash(), ARCHITECTURE)
                            .orElseThrow();
        };
    }

    /** Up to this roster size a site insists on the complete graph. */
    private int completeUpTo() {
        return switch (workload.graph()) {
            case COMPLETE -> SecAggPolicy.COMPLETE_SITES_MAX;
            case SPARSE -> 0;
        };
    }

    /** Whether the site takes nobody's word for anything, as every real one. */
    private boolean checksAlone(int site) {
        return !workload.isSampled() || measured.contains(site);
    }

    private SiteSetting setting(int self, SigningKey identity, SecureRandom random) {
        var records = new BenchRecords();
        return new SiteSetting(
                job,
                self,
                identity,
                roster,
                codec.hash(),
                ARCHITECTURE,
                new SiteLimits(
                        Workload.ROUNDS_MAX,
                        DEADLINE_MAX,
                        roster.mMin(),
                        CONFIG_BYTES_MAX,
                        completeUpTo(),
                        1,
                        RolledBackLedger.NOTE),
                new SiteSetting.Ports(
                        records, records, _ -> ModelRules.Verdict.PERMITTED, random, clock));
    }

    /** The sites whose cost counts. */
    SiteSet measured() {
        return measured;
    }

    JobId job() {
        return job;
    }

    InstantSource clock() {
        return clock;
    }

    Workload workload() {
        return workload;
    }

    Codec codec() {
        return codec;
    }

    SigningKey coordinatorKey() {
        return coordinatorKey;
    }

    Roster roster() {
        return roster;
    }

    SecAggPolicy policy() {
        return policy;
    }

    SiteProtocol site(int index) {
        return sites.get(index);
    }

    @Override
    public void close() {
        sites.forEach(SiteProtocol::close);
    }
}
