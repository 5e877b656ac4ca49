/** What a person would do, with the packaged command line and real processes; and the rules between packages. */
package io.confide.e2e;
