package dev.mens.itests.gpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/// The backend replaced again and again in one JVM, as a framework does it: each time a new class
/// loader defines its classes afresh, while JCuda's stay with their native library.
final class Swaps {
    private static final String BACKEND = "dev.mens.backend.cuda.";
    private static final int PATIENCE = 50;

    private final Path model;

    Swaps(Path model) {
        this.model = model;
    }

    boolean run(int times) throws Exception {
        var loaders = new ArrayList<WeakReference<ClassLoader>>();
        int[] expected = null;
        boolean same = true;
        long began = System.nanoTime();
        for (int i = 0; i < times; i++) {
            var loader = new Fresh(Swaps.class.getClassLoader());
            loaders.add(new WeakReference<>(loader));
            int[] tokens = round(loader);
            same &= expected == null || Arrays.equals(expected, tokens);
            expected = tokens;
        }
        double millis = (System.nanoTime() - began) / 1e6 / times;
        long living = living(loaders);
        boolean good = same && living <= 1;
        System.out.printf(
                "%d swaps: %s answers, %.0f ms each with loading a model, %d old loaders live%s%n",
                times, same ? "equal" : "DIFFERENT", millis, living, good ? "" : "  <<<");
        return good;
    }

    private int[] round(ClassLoader loader) throws Exception {
        var type = loader.loadClass(SwapRound.class.getName());
        var round = type.getDeclaredConstructor(Path.class).newInstance(model);
        return (int[]) ((Callable<?>) round).call();
    }

    private static long living(List<WeakReference<ClassLoader>> loaders)
            throws InterruptedException {
        for (int i = 0; i < PATIENCE; i++) {
            System.gc();
            long living = loaders.stream().filter(loader -> loader.get() != null).count();
            if (living == 0) {
                return 0;
            }
            Thread.sleep(100);
        }
        return loaders.stream().filter(loader -> loader.get() != null).count();
    }

    /// Defines the backend's classes, and the one that uses them, itself.
    private static final class Fresh extends ClassLoader {
        Fresh(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                boolean own = name.startsWith(BACKEND) || name.equals(SwapRound.class.getName());
                var known = findLoadedClass(name);
                return own ? known == null ? define(name) : known : super.loadClass(name, resolve);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                var bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
