package io.confide.common.secagg.server;

import io.confide.common.secagg.CoordinatorMessage;

/** A message for the site with roster index {@code site}. */
public record Addressed(int site, CoordinatorMessage message) {}
