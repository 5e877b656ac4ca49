/** Joining a consortium with a one-time token: nothing is trusted but the authority whose fingerprint the token names. */
@NullMarked
package io.confide.participant.enrol;

import org.jspecify.annotations.NullMarked;
