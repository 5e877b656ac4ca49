/** The institution's own sign-in through OpenID Connect; the only place that knows the library for it. */
@NullMarked
package io.confide.coordinator.oidc;

import org.jspecify.annotations.NullMarked;
