package io.confide.participant.session;

import io.confide.participant.port.LocalData;

/** How far this site has come with a plan. */
sealed interface Standing {
    record Binding() implements Standing {}

    record Unbound(String reason) implements Standing {}

    record Ready(LocalData data) implements Standing {}
}
