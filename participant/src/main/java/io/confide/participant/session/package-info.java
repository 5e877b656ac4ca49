/** What a site does with what the coordinator says: decide, train, encode, mask, answer. One thread, one queue. */
@NullMarked
package io.confide.participant.session;

import org.jspecify.annotations.NullMarked;
