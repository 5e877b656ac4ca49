package io.confide.swarm;

import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.swarm.Op.Way;

/**
 * One connection between a process of a site and one of a coordinator. Frames arrive in order or not at all: where one is
 * lost the connection is broken, and each end notices in its own time.
 */
final class Connection {
    private static final int NOTICE_MILLIS_MAX = 15_000;

    private final World world;
    private final Site site;
    private final Switchboard board;
    private long lastUp;
    private long lastDown;
    private boolean broken;
    private boolean siteKnows;
    private boolean boardKnows;

    Connection(World world, Site site, Switchboard board) {
        this.world = world;
        this.site = site;
        this.board = board;
    }

    Site site() {
        return site;
    }

    void up(Frame<SiteBody> frame) {
        if (passes(Way.UP)) {
            for (int copies = copies(); copies > 0; copies--) {
                lastUp = Math.max(lastUp, world.time().now() + world.network().delay());
                world.time()
                        .at(
                                lastUp,
                                () -> {
                                    if (!board.isThere()) {
                                        breaks(1_000);
                                    } else if (!broken && !boardKnows) {
                                        board.received(this, frame);
                                    }
                                });
            }
        }
    }

    void down(Frame<CoordinatorBody> frame) {
        if (passes(Way.DOWN)) {
            for (int copies = copies(); copies > 0; copies--) {
                lastDown = Math.max(lastDown, world.time().now() + world.network().delay());
                world.time()
                        .at(
                                lastDown,
                                () -> {
                                    if (!broken && !siteKnows) {
                                        site.received(this, frame);
                                    }
                                });
            }
        }
    }

    private int copies() {
        return world.network().repeats() ? 2 : 1;
    }

    private boolean passes(Way way) {
        if (broken) {
            return false;
        }
        if (world.network().loses(site.index(), way)) {
            world.troubles(site.index());
            breaks(NOTICE_MILLIS_MAX);
            return false;
        }
        return true;
    }

    /** Nothing passes any more; both ends notice within {@code noticeMillis}. */
    void breaks(int noticeMillis) {
        if (!broken) {
            broken = true;
            world.time().after(world.network().below(noticeMillis), this::siteNotices);
            world.time().after(world.network().below(noticeMillis), this::boardNotices);
        }
    }

    /** The coordinator has closed it; the site will see that. */
    void closedByBoard() {
        boardKnows = true;
        breaks(1_000);
    }

    private void siteNotices() {
        if (!siteKnows) {
            siteKnows = true;
            site.lost(this);
        }
    }

    private void boardNotices() {
        if (!boardKnows) {
            boardKnows = true;
            board.closed(this);
        }
    }
}
