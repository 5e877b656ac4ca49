package io.confide.swarm;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * One change of one method of a compiled class. A change that finds nothing to change is a mistake: {@link #apply} throws.
 *
 * @param code makes the change, and counts where
 */
record Edit(String type, String method, Function<AtomicInteger, CodeTransform> code) {
    /** Returns the changed class. */
    byte[] apply(ClassFile files, byte[] bytes) {
        var hits = new AtomicInteger();
        var changed =
                files.transformClass(
                        files.parse(bytes),
                        ClassTransform.transformingMethods(
                                found -> found.methodName().equalsString(method),
                                MethodTransform.transformingCode(code.apply(hits))));
        if (hits.get() == 0) {
            throw new IllegalStateException(type + "." + method + " has no such place any more");
        }
        return changed;
    }

    /** Something that is put before the first instruction. */
    private interface Prologue {
        void emit(CodeBuilder code);
    }

    private static Edit before(String type, String method, Prologue prologue) {
        return new Edit(
                type,
                method,
                hits ->
                        new CodeTransform() {
                            @Override
                            public void atStart(CodeBuilder code) {
                                hits.incrementAndGet();
                                prologue.emit(code);
                            }

                            @Override
                            public void accept(CodeBuilder code, CodeElement element) {
                                code.with(element);
                            }
                        });
    }

    /** A method without a result does nothing. */
    static Edit returnsAtOnce(String type, String method) {
        return before(
                type,
                method,
                code -> {
                    var on = code.newLabel();
                    // What follows stays reachable for the verifier.
                    code.iconst_0().ifne(on).return_().labelBinding(on);
                });
    }

    static Edit returnsFalse(String type, String method) {
        return before(
                type,
                method,
                code -> {
                    var on = code.newLabel();
                    code.iconst_0().ifne(on).iconst_0().ireturn().labelBinding(on);
                });
    }

    /** The effect that is handed over happens now, and once more when it should. */
    static Edit performedAtOnce(String type, String method) {
        return before(
                type,
                method,
                code ->
                        code.aload(1)
                                .invokeinterface(
                                        ClassDesc.of("java.lang.Runnable"),
                                        "run",
                                        MethodTypeDesc.ofDescriptor("()V")));
    }

    /** A number comes out one too low. */
    static Edit oneLess(String type, String method) {
        return new Edit(
                type,
                method,
                hits ->
                        (code, element) -> {
                            if (element instanceof ReturnInstruction back
                                    && back.typeKind() == TypeKind.INT) {
                                hits.incrementAndGet();
                                code.iconst_1().isub();
                            }
                            code.with(element);
                        });
    }

    /** A question is not asked: its answer is yes. */
    static Edit asIfTrue(String type, String method, String question) {
        return instead(type, method, question, CodeBuilder::iconst_1);
    }

    /** A call without a result is left out. */
    static Edit withoutCall(String type, String method, String called) {
        return instead(type, method, called, _ -> {});
    }

    private static Edit instead(String type, String method, String called, Prologue result) {
        return new Edit(
                type,
                method,
                hits ->
                        (code, element) -> {
                            if (element instanceof InvokeInstruction call
                                    && call.name().equalsString(called)) {
                                hits.incrementAndGet();
                                drop(code, call);
                                result.emit(code);
                            } else {
                                code.with(element);
                            }
                        });
    }

    /** Takes from the stack what {@code call} would have taken. */
    private static void drop(CodeBuilder code, InvokeInstruction call) {
        var parameters = call.typeSymbol().parameterList();
        for (int at = parameters.size() - 1; at >= 0; at--) {
            if (TypeKind.from(parameters.get(at)).slotSize() == 2) {
                code.pop2();
            } else {
                code.pop();
            }
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            code.pop();
        }
    }

    /** A site forgets one of its checks. */
    static Edit withoutCheck(String check) {
        var type = ClassDesc.of("io.confide.common.secagg.site.Check");
        return before(
                "io.confide.common.secagg.site.ActiveChecks",
                "isOn",
                code -> {
                    var on = code.newLabel();
                    code.aload(1)
                            .getstatic(type, check, type)
                            .if_acmpne(on)
                            .iconst_0()
                            .ireturn()
                            .labelBinding(on);
                });
    }
}
