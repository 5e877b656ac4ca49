package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.ReliableSession;
import io.confide.common.wire.SiteBody;

import org.jspecify.annotations.Nullable;

/** What is kept of a site between its connections. */
final class SiteSession {
    final SiteId site;
    final Bytes bootId;
    final ReliableSession<CoordinatorBody, SiteBody> reliable = ReliableSession.ofCoordinator();
    @Nullable SiteConnection connection;

    SiteSession(SiteId site, Bytes bootId) {
        this.site = site;
        this.bootId = bootId;
    }
}
