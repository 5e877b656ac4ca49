package io.confide.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.site.SharedFindings;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** What ARCHITECTURE.md says about who may know what. A broken rule names the class and the line. */
@AnalyzeClasses(
        packages = {
            "io.confide.common",
            "io.confide.coordinator",
            "io.confide.participant",
            "io.confide.cli"
        },
        importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] PURE = {
        "io.confide.coordinator.round..",
        "io.confide.coordinator.job..",
        "io.confide.common.secagg..",
        "io.confide.common.model..",
        "io.confide.common.vector..",
        "io.confide.common.layout..",
    };

    @ArchTest
    static final ArchRule commonKnowsNeitherSide =
            noClasses()
                    .that()
                    .resideInAPackage("io.confide.common..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.confide.coordinator..",
                            "io.confide.participant..",
                            "io.confide.cli..",
                            "io.vertx..",
                            "io.netty..",
                            "java.sql..",
                            "org.slf4j..");

    @ArchTest
    static final ArchRule theTwoSidesDoNotKnowEachOther =
            noClasses()
                    .that()
                    .resideInAPackage("io.confide.coordinator..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.confide.participant..", "io.confide.cli..");

    @ArchTest
    static final ArchRule theParticipantKnowsNoCoordinatorCode =
            noClasses()
                    .that()
                    .resideInAPackage("io.confide.participant..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.confide.coordinator..", "io.confide.cli..");

    @ArchTest
    static final ArchRule onlyWireKnowsProtobuf =
            only("com.google.protobuf..", "io.confide.common.wire..");

    @ArchTest
    static final ArchRule onlyTheEdgesKnowJackson =
            only(
                    "com.fasterxml.jackson..",
                    "io.confide.common.files..",
                    "io.confide.common.enrolment..",
                    "io.confide.coordinator.jdbc..",
                    "io.confide.coordinator.app..",
                    "io.confide.participant.enrol..",
                    "io.confide.participant.vault..",
                    "io.confide.participant.app..",
                    "io.confide.cli..");

    @ArchTest
    static final ArchRule onlyCryptographyKnowsBouncyCastle =
            only(
                    "org.bouncycastle..",
                    "io.confide.common.crypto..",
                    "io.confide.coordinator.pki..",
                    "io.confide.participant.enrol..",
                    "io.confide.participant.vault..");

    @ArchTest
    static final ArchRule onlyOnePackageKnowsOpenIdConnect =
            only("com.nimbusds..", "io.confide.coordinator.oidc..");

    @ArchTest
    static final ArchRule onlySiteDataKnowsDuckDb =
            only("org.duckdb..", "io.confide.participant.data..");

    @ArchTest
    static final ArchRule onlyTheTrainerKnowsDjl = only("ai.djl..", "io.confide.participant.djl..");

    @ArchTest
    static final ArchRule onlyTheStoresKnowSql =
            only("java.sql..", "io.confide.coordinator.jdbc..", "io.confide.participant.data..");

    @ArchTest
    static final ArchRule onlyTheClusterKnowsHazelcast =
            only("com.hazelcast..", "io.confide.coordinator.cluster..");

    @ArchTest
    static final ArchRule theClusterKnowsPortsAlone =
            noClasses()
                    .that()
                    .resideInAPackage("io.confide.coordinator.cluster..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.confide.coordinator.driver..",
                            "io.confide.coordinator.http..",
                            "io.confide.coordinator.jdbc..",
                            "io.confide.coordinator.app..");

    @ArchTest
    static final ArchRule onlyTheEdgesKnowVertx =
            only(
                    "io.vertx..",
                    "io.confide.coordinator.http..",
                    "io.confide.coordinator.app..",
                    "io.confide.coordinator.telemetry..",
                    "io.confide.coordinator.cluster..",
                    "io.confide.participant.link..",
                    "io.confide.participant.enrol..",
                    "io.confide.participant.app..");

    /** What one process may remember for all of them is for a measurement of many sites in one process. */
    @ArchTest
    static final ArchRule noRealSiteTakesAnothersWord =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.confide.participant..", "io.confide.coordinator..")
                    .should()
                    .callMethod(RosterKeys.class, "remembering")
                    .orShould()
                    .callMethod(SharedFindings.class, "ofOneProcess");

    @ArchTest
    static final ArchRule machinesDoNoInputOrOutput =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net..",
                            "java.sql..",
                            "java.util.concurrent..",
                            "java.util.random..",
                            "org.slf4j..",
                            "io.confide.coordinator.port..",
                            "io.confide.participant.port..")
                    .orShould()
                    .dependOnClassesThat()
                    .haveNameMatching("java\\.io\\.(?!ByteArray|Serializable).*");

    @ArchTest
    static final ArchRule machinesTakeTimeFromEvents =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule secretsNeverComeFromJavaUtilRandom =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "io.confide.common.secagg..",
                            "io.confide.common.crypto..",
                            "io.confide.common.encoding..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.util.Random")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                    .orShould()
                    .callMethod(Math.class, "random");

    @ArchTest
    static final ArchRule onlyTheOutermostLayerAsksForTimeAndRandomness =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.confide..app..", "io.confide.cli..")
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(Clock.class, "systemUTC")
                    .orShould()
                    .callMethod(UUID.class, "randomUUID")
                    .orShould()
                    .callConstructor(SecureRandom.class);

    @ArchTest
    static final ArchRule nothingPublicIsBothStaticAndMutable =
            noFields()
                    .that()
                    .areStatic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideOutsideOfPackage("io.confide.common.wire.v1..")
                    .should()
                    .notBeFinal();

    private static ArchRule only(String library, String... allowed) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
