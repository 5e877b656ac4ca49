/** What an institution is handed so that its site can join. */
@NullMarked
package io.confide.common.enrolment;

import org.jspecify.annotations.NullMarked;
