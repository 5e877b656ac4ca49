package io.confide.swarm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.util.List;

/** Loads this project's classes once more, some of them edited; everything else as its parent. */
final class EditedClasses extends ClassLoader {
    private static final String OURS = "io.confide.";

    private final ClassLoader originals;
    private final List<Edit> edits;
    private final ClassFile files;

    EditedClasses(ClassLoader originals, List<Edit> edits) {
        super(originals);
        this.originals = originals;
        this.edits = edits;
        this.files =
                ClassFile.of(
                        ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(originals)));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (var in = originals.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            for (var edit : edits) {
                if (edit.type().equals(name)) {
                    bytes = edit.apply(files, bytes);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
