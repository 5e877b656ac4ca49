/** The nouns of Confide: identifiers, study, job, plan, round task. Records without behaviour. */
@NullMarked
package io.confide.common.model;

import org.jspecify.annotations.NullMarked;
