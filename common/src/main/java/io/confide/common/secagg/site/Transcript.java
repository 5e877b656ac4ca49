package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S1Body;
import io.confide.common.secagg.S2Body;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The hellos of one attempt and T1 over them; {@code members} are the sites that sent one. */
record Transcript(Digest t1, SiteSet members, SortedMap<Integer, SignedBody> hellos) {

    /**
     * Returns the transcript of {@code message}, all of it checked against terms and roster (K2), but for what is told of the
     * site that looks.
     */
    static Transcript check(
            SiteSetting setting,
            ActiveChecks checks,
            KeySource keys,
            Terms terms,
            CoordinatorMessage.Hellos message)
            throws RefusedException {
        int n = setting.roster().size();
        var bodies = new TreeMap<Integer, Bytes>();
        for (Map.Entry<Integer, SignedBody> each : message.s1().entrySet()) {
            int site = each.getKey();
            checks.requireAlways(Check.K2, site >= 0 && site < n);
            SignedBody signed = each.getValue();
            S1Body body = checks.requirePresent(Check.K25, S1Body.parse(signed.body()));
            checks.require(
                    Check.K2, body.site() == site && body.proposal().equals(terms.proposal()));
            checks.require(Check.K2, keys.isEncapsulationKey(body.encapsulationKey()));
            checks.require(Check.K2, checks.keys().isBySite(site, signed));
            bodies.put(site, signed.body());
        }
        int least = Math.max(terms.policy().q(), terms.policy().mMin());
        checks.require(Check.K2, bodies.size() >= least);
        return new Transcript(
                SetupLayout.t1(terms.proposal().policyHash(), n, bodies),
                SiteSet.of(n, bodies.keySet()),
                message.s1());
    }

    /** Requires that the own S1 stands in it unchanged (K2). */
    void requireOwn(ActiveChecks checks, int self, SignedBody own) throws RefusedException {
        checks.requireAlways(Check.K2, own.equals(hellos.get(self)));
    }

    /**
     * Requires that every member opened its commitment over this very transcript (K3). Returns the graph that follows: nobody
     * could foresee it when the hellos were fixed.
     */
    NeighbourGraph checkSeeds(
            ActiveChecks checks, SecAggPolicy policy, CoordinatorMessage.Seeds message)
            throws RefusedException {
        checks.require(Check.K3, message.s2().keySet().equals(hellos.keySet()));
        var openings = new TreeMap<Integer, Bytes>();
        for (Map.Entry<Integer, SignedBody> each : message.s2().entrySet()) {
            int site = each.getKey();
            checks.requireAlways(Check.K3, members.contains(site));
            SignedBody signed = each.getValue();
            S2Body body = checks.requirePresent(Check.K25, S2Body.parse(signed.body()));
            checks.require(Check.K3, body.site() == site && body.t1().equals(t1));
            checks.require(Check.K3, Digest.of(body.rho()).equals(hello(site).commitment()));
            checks.require(Check.K3, checks.keys().isBySite(site, signed));
            openings.put(site, body.rho());
        }
        return NeighbourGraph.of(policy, members, () -> SetupLayout.graphSeed(t1, openings));
    }

    /** S1 of a member as it was signed. */
    SignedBody signedHello(int site) {
        return Optional.ofNullable(hellos.get(site))
                .orElseThrow(() -> new IllegalStateException("not a member of this attempt"));
    }

    /** Read again from its bytes: of a large roster only few are asked for twice. */
    S1Body hello(int site) {
        return Optional.ofNullable(hellos.get(site))
                .flatMap(signed -> S1Body.parse(signed.body()))
                .orElseThrow(() -> new IllegalStateException("not a member of this attempt"));
    }
}
