package io.confide.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.confide.participant.port.CoordinatorLink;
import io.confide.participant.port.LocalData;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Who may draw noise, see records, and speak to the coordinator (PRIVACY.md). A broken rule names the class and the line. */
@AnalyzeClasses(
        packages = {"io.confide.common", "io.confide.participant", "io.confide.cli"},
        importOptions = DoNotIncludeTests.class)
class PrivacyArchitectureTest {
    private static final String NOISE = "io.confide.common.privacy.noise";
    private static final String PRIVACY = "io.confide.participant.privacy";
    private static final String SESSION = "io.confide.participant.session.";
    private static final String BASELINE = "io.confide.participant.baseline..";
    private static final String MAKERS = "InputMaker.*";

    /** What tells about the law, for people and tests; nothing is drawn with it. */
    private static final Set<String> ABOUT_THE_LAW = Set.of("distance", "value");

    /** F1: not one instruction, be it on a local variable, between random bits and a noisy sum. */
    @ArchTest
    static void noFloatingPointInstructionWhereNoiseIsDrawn(JavaClasses classes)
            throws IOException {
        var drawing =
                classes.stream()
                        .filter(type -> type.getPackageName().equals(NOISE) || isGate(type))
                        .toList();
        var found = new TreeSet<String>();
        for (var type : drawing) {
            found.addAll(floating(type));
        }
        assertEquals(Set.of(), found);
        assertFalse(drawing.size() < 10, "classes that draw noise");
    }

    /** The scan sees what it looks for: gradients are doubles. */
    @ArchTest
    static void theScanSeesFloatingPoint(JavaClasses classes) throws IOException {
        assertFalse(floating(classes.get(PRIVACY + ".RecordGradients")).isEmpty());
    }

    private static boolean isGate(JavaClass type) {
        return type.getName()
                .matches(
                        "io\\.confide\\.participant\\.privacy\\.(NoiseGate|NoiseShare|RecordSample).*");
    }

    private static Set<String> floating(JavaClass type) throws IOException {
        var found = new TreeSet<String>();
        for (MethodModel method : ClassFile.of().parse(bytes(type)).methods()) {
            if (ABOUT_THE_LAW.contains(method.methodName().stringValue())) {
                continue;
            }
            method.code().stream()
                    .flatMap(code -> code.elementStream())
                    .filter(PrivacyArchitectureTest::isFloating)
                    .forEach(
                            element ->
                                    found.add(
                                            type.getName()
                                                    + "."
                                                    + method.methodName().stringValue()
                                                    + ": "
                                                    + element));
        }
        return found;
    }

    /** From a folder or from a jar, as the build at hand has it. */
    private static byte[] bytes(JavaClass type) throws IOException {
        try (var source = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            return source.readAllBytes();
        }
    }

    /** DADD, FLOAD, L2D, D2I …; what is not among them is DUP and its like. */
    private static boolean isFloating(CodeElement element) {
        if (!(element instanceof Instruction instruction)) {
            return false;
        }
        String name = instruction.opcode().name();
        return name.matches("[DF](?!UP).*|.*2[DF]");
    }

    @ArchTest
    static final ArchRule onlyTheGateDrawsNoise = only(NOISE + "..", NOISE + "..", PRIVACY + "..");

    /** Sums of records and their noise: made for a round, or in trials over public data. */
    @ArchTest
    static final ArchRule onlyTheMakersMakeInputs =
            noClasses()
                    .that(areNot(SESSION + MAKERS))
                    .and()
                    .resideOutsideOfPackages(PRIVACY + "..", BASELINE)
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching(
                            PRIVACY.replace(".", "\\.")
                                    + "\\.(NoiseGate|NoiseShare|RecordSample|RecordSums|RecordGradients).*")
                    .orShould()
                    .callConstructorWhere(
                            describe(
                                    "an input is made",
                                    call ->
                                            call.getTargetOwner()
                                                    .getName()
                                                    .equals(
                                                            SESSION
                                                                    + "SessionEvent$EncodedInput")));

    /** Rows, labels, keys and counts: the session, which speaks, may know the version alone. */
    @ArchTest
    static final ArchRule onlyWhoComputesSeesRecords =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.confide.participant.data..",
                            "io.confide.participant.djl..",
                            "io.confide.participant.port..",
                            "io.confide.participant.app..",
                            "io.confide.cli..",
                            PRIVACY + "..",
                            BASELINE)
                    .should()
                    .callMethodWhere(
                            describe(
                                    "records are looked at",
                                    call ->
                                            call.getTargetOwner().isAssignableTo(LocalData.class)
                                                    && !call.getName().equals("version")));

    /** Every byte passes the egress ledger: the outbox writes it down, and what uploads is told by it. */
    @ArchTest
    static final ArchRule onlyTheOutboxSpeaksToTheCoordinator =
            noClasses()
                    .that(areNot(SESSION + "(Outbox|TrainingThread).*"))
                    .should()
                    .callMethodWhere(sends(List.of("send", "uploadInput")));

    /** F26: nothing of a sum outlives its round at the site. */
    @ArchTest
    static final ArchRule nothingOfASumIsKept =
            noFields()
                    .that()
                    .areDeclaredInClassesThat()
                    .haveNameMatching(
                            "io\\.confide\\.participant\\.(privacy\\.(NoiseGate|RecordSums)|session\\.(InputMaker.*"
                                + "|RoundTasks.*|SiteJob|SiteSession|TrainingThread|JobBudget.*))")
                    .should()
                    .haveRawType(
                            describe(
                                    "an array, noise or a sample",
                                    type ->
                                            type.isArray()
                                                    || type.getName()
                                                            .matches(
                                                                    ".*\\.(NoiseShare|RecordSample)")));

    private static DescribedPredicate<JavaCall<?>> sends(List<String> methods) {
        return describe(
                "something is sent",
                call ->
                        call.getTargetOwner().isAssignableTo(CoordinatorLink.class)
                                && methods.contains(call.getName()));
    }

    private static DescribedPredicate<JavaClass> areNot(String names) {
        return describe("are not " + names, type -> !type.getName().matches(names));
    }

    private static ArchRule only(String library, String... allowed) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
