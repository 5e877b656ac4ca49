package io.confide.participant.link;

import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.Received;
import io.confide.common.wire.ReliableSession;
import io.confide.common.wire.SessionFullException;
import io.confide.common.wire.SiteBody;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.Optional;

/**
 * The site's session and the member of the coordinator that has its other half: only there it is resumed. Any other member, also
 * one that knows the site from before, has to begin a new one. Not safe for concurrent use.
 */
final class MemberSession {
    private ReliableSession<SiteBody, CoordinatorBody> session = ReliableSession.ofSite();
    private @Nullable URI member;

    /** Returns the session; another one after each welcome to a new one. */
    ReliableSession<SiteBody, CoordinatorBody> present() {
        return session;
    }

    /** Returns the first frame of a connection to {@code address}. */
    Frame<SiteBody> greeting(SiteBody.Greeting greeting, URI address) {
        try {
            return address.equals(member) ? session.send(greeting) : session.anew(greeting);
        } catch (SessionFullException e) {
            throw new IllegalStateException("a Greeting is not numbered", e);
        }
    }

    /** Takes the answer of {@code address} to a greeting; returns why they do not fit, in which case the next greeting begins anew. */
    Optional<String> welcomed(
            Frame<CoordinatorBody> frame, CoordinatorBody.Session kind, URI address) {
        return switch (kind) {
            case NEW -> {
                // A new session knows nothing of the frames before it: they were for a coordinator
                // or a member that is gone.
                session = ReliableSession.ofSite();
                member = address;
                yield Optional.empty();
            }
            case RESUMED -> resumed(frame, address);
        };
    }

    private Optional<String> resumed(Frame<CoordinatorBody> frame, URI address) {
        if (!address.equals(member)) {
            return Optional.of("a session was resumed that this site has left");
        }
        if (session.receive(frame) instanceof Received.Broken<CoordinatorBody>(var reason)) {
            member = null;
            return Optional.of(reason);
        }
        return Optional.empty();
    }
}
