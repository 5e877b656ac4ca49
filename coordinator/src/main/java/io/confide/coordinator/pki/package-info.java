/**
 * The built-in certificate authority and the enrolment of sites. Bouncy Castle builds the structures; keys and
 * signatures are the JDK's, and no provider is registered.
 */
@NullMarked
package io.confide.coordinator.pki;

import org.jspecify.annotations.NullMarked;
