/**
 * The three ports: sites (mutual TLS, WebSocket and chunks), people (REST, Server-Sent Events) and
 * management (loopback). The only package that imports Vert.x.
 *
 * <p>Event loops never block: whatever asks a port of {@code coordinator.port} runs on a worker,
 * except {@link io.confide.coordinator.port.SiteInbox}, which only enqueues. Servers are held in
 * fields: one that only a local variable knows is closed by the garbage collector.
 */
@NullMarked
package io.confide.coordinator.http;

import org.jspecify.annotations.NullMarked;
