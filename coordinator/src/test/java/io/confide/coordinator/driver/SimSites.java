package io.confide.coordinator.driver;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SiteSet;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.SiteInbox;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** Simulated sites and the network between them and the coordinator, without sockets. */
final class SimSites implements SiteGateway, AutoCloseable {
    final Roster roster;
    final SigningKey coordinatorKey;
    private final List<SimSite> sites;
    private final Map<SiteId, SimSite> byId = new ConcurrentHashMap<>();
    private final Set<SiteId> connected = ConcurrentHashMap.newKeySet();
    private final Set<SiteId> greeted = ConcurrentHashMap.newKeySet();
    private volatile SiteInbox inbox = NOBODY;

    /** By round, every U3 that a coordinator has told any site. */
    final Map<Long, Set<SiteSet>> fixed = new ConcurrentHashMap<>();

    /** The rounds about which a coordinator has asked somebody in a dispute. */
    final Set<Long> disputed = ConcurrentHashMap.newKeySet();

    /** Where everything is lost. */
    static final SiteInbox NOBODY =
            new SiteInbox() {
                @Override
                public void connected(
                        SiteId site, SiteBody.Greeting greeting, SiteInbox.Session session) {}

                @Override
                public SortedSet<JobId> goesOn(SiteId site, Bytes bootId) {
                    return Collections.emptySortedSet();
                }

                @Override
                public void turnedAway(SiteId site, Duration ahead) {}

                @Override
                public void lost(SiteId site) {}

                @Override
                public void received(SiteId site, SiteBody body) {}
            };

    SimSites(int n, int colluders) {
        var random = new SecureRandom();
        coordinatorKey = SigningKey.generate(random);
        var identities = new ArrayList<SigningKey>();
        var members = new ArrayList<Roster.Member>();
        for (int i = 0; i < n; i++) {
            identities.add(SigningKey.generate(random));
            members.add(new Roster.Member(new SiteId("site-" + i), identities.get(i).publicKey()));
        }
        roster = new Roster(1, colluders, coordinatorKey.publicKey(), members);
        sites =
                IntStream.range(0, n)
                        .mapToObj(i -> new SimSite(i, identities.get(i), roster, this))
                        .toList();
        sites.forEach(site -> byId.put(site.id, site));
    }

    SimSite site(int index) {
        return sites.get(index);
    }

    void attach(SiteInbox to) {
        inbox = to;
    }

    /** The coordinator is killed: its sessions are gone, the processes of the sites are not. */
    void coordinatorDies() {
        inbox = NOBODY;
        connected.clear();
        greeted.clear();
    }

    /** Every site is still in the session that it had, at a member that goes on with it. */
    void resume() {
        sites.forEach(SimSite::resume);
    }

    /** Every site finds the coordinator that is attached now. */
    void comeBack() {
        sites.forEach(SimSite::comeBack);
    }

    /** Every site but this one, which has died with the coordinator. */
    void comeBackWithout(SimSite gone) {
        sites.stream().filter(site -> site != gone).forEach(SimSite::comeBack);
    }

    List<SimSite> all() {
        return sites;
    }

    /** Notes the U3 of a message that names one, and what is in dispute. */
    void note(CoordinatorMessage message) {
        switch (message) {
            case CoordinatorMessage.Propose m ->
                    ProposeBody.parse(m.body().body())
                            .ifPresent(body -> fixed(body.round().round(), body.included()));
            case CoordinatorMessage.Cert m ->
                    CertBody.parse(m.body().body())
                            .ifPresent(
                                    body -> fixed(body.context().round().round(), body.included()));
            case CoordinatorMessage.FastCert m ->
                    CertBody.parseFast(m.body().body())
                            .ifPresent(
                                    body -> fixed(body.context().round().round(), body.included()));
            case CoordinatorMessage.Blame m ->
                    BlameBody.parse(m.body().body())
                            .ifPresent(body -> disputed.add(body.round().round()));
            default -> {}
        }
    }

    private void fixed(long round, SiteSet included) {
        fixed.computeIfAbsent(round, _ -> ConcurrentHashMap.newKeySet()).add(included);
    }

    /** Returns when every site has arrived: a job that starts with fewer goes on without the others. */
    void connectAll() {
        sites.stream().map(SimSite::connect).toList().forEach(CompletableFuture::join);
    }

    SiteInbox inbox() {
        return inbox;
    }

    void arrived(SiteId site, SiteBody.Greeting greeting, SiteInbox.Session session) {
        connected.add(site);
        greeted.add(site);
        inbox.connected(site, greeting, session);
    }

    void left(SiteId site) {
        connected.remove(site);
        inbox.lost(site);
    }

    @Override
    public void send(SiteId site, CoordinatorBody body) {
        // Without a session with this coordinator nothing reaches the site.
        if (greeted.contains(site)) {
            byId.get(site).receive(body);
        }
    }

    @Override
    public Set<SiteId> connected() {
        return Set.copyOf(connected);
    }

    @Override
    public void close() {
        sites.forEach(SimSite::close);
    }
}
