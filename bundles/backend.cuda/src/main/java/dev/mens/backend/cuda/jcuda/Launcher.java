package dev.mens.backend.cuda.jcuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Kernel;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Launches kernels on one stream with structures that are made once.
final class Launcher {
    // struct CUlaunchConfig: grid 3 × u32, block 3 × u32, shared u32, stream, attributes, count.
    private static final int CONFIG_BYTES = 56;
    private static final int THREADS = 12;
    private static final int SHARED = 24;
    private static final int STREAM = 32;
    private static final int ATTRIBUTES = 40;
    private static final int ATTRIBUTE_COUNT = 48;

    // struct CUlaunchAttribute: id u32, padding, a union of 64 bytes.
    private static final int ATTRIBUTE_BYTES = 72;
    private static final int VALUE = 8;
    private static final int CLUSTER_DIMENSION = 4;
    private static final int PROGRAMMATIC_STREAM_SERIALIZATION = 6;
    private static final int PREFERRED_SHARED_MEMORY_CARVEOUT = 14;
    private static final int FIRST_WITH_CLUSTERS = 90;

    // CU_LAUNCH_PARAM_BUFFER_POINTER, its value, CU_LAUNCH_PARAM_BUFFER_SIZE, its address, END.
    private static final long BUFFER_POINTER = 1;
    private static final long BUFFER_SIZE = 2;

    private final DriverLibrary library;
    private final MemorySegment config;
    private final MemorySegment extra;
    private final MemorySegment size;
    private final MemorySegment attributes;
    private final boolean clusters;
    private int shared;

    Launcher(DriverLibrary library, Arena arena, long stream, int capability) {
        this.library = library;
        clusters = capability >= FIRST_WITH_CLUSTERS;
        config = arena.allocate(CONFIG_BYTES, 8);
        size = arena.allocate(JAVA_LONG);
        extra = arena.allocate(ADDRESS, 5);
        attributes = arena.allocate(3 * ATTRIBUTE_BYTES, 8);
        config.set(JAVA_LONG, STREAM, stream);
        config.set(ADDRESS, ATTRIBUTES, attributes);
        config.set(JAVA_INT, THREADS + 4, 1);
        config.set(JAVA_INT, THREADS + 8, 1);
        extra.setAtIndex(JAVA_LONG, 0, BUFFER_POINTER);
        extra.setAtIndex(JAVA_LONG, 2, BUFFER_SIZE);
        extra.setAtIndex(ADDRESS, 3, size);
    }

    /// @param percent 0 for what kernels were loaded with
    void share(int percent) {
        shared = percent;
    }

    void launch(Kernel kernel, Launch launch, Arguments arguments) {
        var packed = MemorySegment.ofBuffer(arguments.bytes());
        config.set(JAVA_INT, 0, launch.x());
        config.set(JAVA_INT, 4, launch.y());
        config.set(JAVA_INT, 8, launch.z());
        config.set(JAVA_INT, THREADS, launch.threads());
        config.set(JAVA_INT, SHARED, launch.sharedBytes());
        config.set(JAVA_INT, ATTRIBUTE_COUNT, attributes(launch));
        size.set(JAVA_LONG, 0, packed.byteSize());
        extra.setAtIndex(ADDRESS, 1, packed);
        library.launch(config, MemorySegment.ofAddress(kernel.handle()), extra);
    }

    private int attributes(Launch launch) {
        int count = 0;
        if (launch.early()) {
            long at = (long) count++ * ATTRIBUTE_BYTES;
            attributes.set(JAVA_INT, at, PROGRAMMATIC_STREAM_SERIALIZATION);
            attributes.set(JAVA_INT, at + VALUE, 1);
        }
        if (launch.cluster() > 1 && clusters) {
            long at = (long) count++ * ATTRIBUTE_BYTES;
            attributes.set(JAVA_INT, at, CLUSTER_DIMENSION);
            attributes.set(JAVA_INT, at + VALUE, launch.cluster());
            attributes.set(JAVA_INT, at + VALUE + 4, 1);
            attributes.set(JAVA_INT, at + VALUE + 8, 1);
        }
        if (shared > 0) {
            long at = (long) count++ * ATTRIBUTE_BYTES;
            attributes.set(JAVA_INT, at, PREFERRED_SHARED_MEMORY_CARVEOUT);
            attributes.set(JAVA_INT, at + VALUE, shared);
        }
        return count;
    }
}
