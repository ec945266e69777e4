package dev.mens.policy.hardware;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.mens.policy.hardware.Machine.CudaDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The few questions that the CUDA driver answers without a context.
///
/// The library is opened with `dlopen` and never closed: it has threads of its own, and backends
/// use it too.
///
/// @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/">CUDA driver API</a>
@SuppressWarnings("restricted")
final class CudaDriver {
    private static final String LIBRARY = "libcuda.so.1";
    private static final int RTLD_NOW = 2;

    /// CUDA_ERROR_NO_DEVICE: the driver works, but this process may use no device.
    private static final int NO_DEVICE = 100;

    private static final int COMPUTE_CAPABILITY_MAJOR = 75;
    private static final int COMPUTE_CAPABILITY_MINOR = 76;
    private static final int MAX_NAME_BYTES = 256;

    private static final Linker LINKER = Linker.nativeLinker();

    private final MethodHandle dlsym;
    private final MemorySegment library;

    private CudaDriver(MethodHandle dlsym, MemorySegment library) {
        this.dlsym = dlsym;
        this.library = library;
    }

    /// @throws IOException if this machine has no driver library
    static CudaDriver open() throws IOException {
        var dlopen = libc("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
        var dlsym = libc("dlsym", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
        try (var arena = Arena.ofConfined()) {
            var handle =
                    (MemorySegment) call(dlopen, arena.allocateFrom(LIBRARY), (Object) RTLD_NOW);
            if (handle.address() == 0) {
                throw new NoDriverException(LIBRARY + " is not installed");
            }
            return new CudaDriver(dlsym, handle);
        }
    }

    /// The library is not there, which is no fault.
    static final class NoDriverException extends IOException {
        private static final long serialVersionUID = 1L;

        NoDriverException(String message) {
            super(message);
        }
    }

    List<CudaDevice> devices() throws IOException {
        try (var arena = Arena.ofConfined()) {
            int started = (int) call(function("cuInit", JAVA_INT), 0);
            if (started == NO_DEVICE) {
                return List.of();
            }
            require("cuInit", started);
            int version = integer(arena, "cuDriverGetVersion");
            int count = integer(arena, "cuDeviceGetCount");
            var devices = new ArrayList<CudaDevice>();
            for (int ordinal = 0; ordinal < count; ordinal++) {
                devices.add(device(arena, ordinal, version));
            }
            return devices;
        }
    }

    private CudaDevice device(Arena arena, int ordinal, int version) throws IOException {
        var handle = arena.allocate(JAVA_INT);
        check("cuDeviceGet", function("cuDeviceGet", ADDRESS, JAVA_INT), handle, ordinal);
        int device = handle.get(JAVA_INT, 0);
        var name = arena.allocate(MAX_NAME_BYTES);
        var nameOf = function("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
        check("cuDeviceGetName", nameOf, name, MAX_NAME_BYTES, device);
        var bytes = arena.allocate(JAVA_LONG);
        var memoryOf = function("cuDeviceTotalMem_v2", ADDRESS, JAVA_INT);
        check("cuDeviceTotalMem", memoryOf, bytes, device);
        return new CudaDevice(
                name.getString(0),
                bytes.get(JAVA_LONG, 0),
                attribute(arena, COMPUTE_CAPABILITY_MAJOR, device),
                attribute(arena, COMPUTE_CAPABILITY_MINOR, device),
                version / 1000 + "." + version % 1000 / 10);
    }

    private int attribute(Arena arena, int attribute, int device) throws IOException {
        var value = arena.allocate(JAVA_INT);
        var attributeOf = function("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
        check("cuDeviceGetAttribute", attributeOf, value, attribute, device);
        return value.get(JAVA_INT, 0);
    }

    private int integer(Arena arena, String name) throws IOException {
        var value = arena.allocate(JAVA_INT);
        check(name, function(name, ADDRESS), value);
        return value.get(JAVA_INT, 0);
    }

    private MethodHandle function(String name, MemoryLayout... parameters) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var address = (MemorySegment) call(dlsym, library, arena.allocateFrom(name));
            if (address.address() == 0) {
                throw new IOException(LIBRARY + " has no " + name);
            }
            return LINKER.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, parameters));
        }
    }

    private static MethodHandle libc(String name, FunctionDescriptor type) throws IOException {
        var address =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new IOException("the C library has no " + name));
        return LINKER.downcallHandle(address, type);
    }

    private static void check(String name, MethodHandle function, Object... arguments)
            throws IOException {
        require(name, (int) call(function, arguments));
    }

    private static void require(String name, int code) throws IOException {
        if (code != 0) {
            throw new IOException(name + " answered with error " + code);
        }
    }

    /// Calls through an interface, since a method handle declares Throwable and C throws nothing.
    @SuppressWarnings("unchecked")
    private static Object call(MethodHandle function, Object... arguments) {
        var spread =
                function.asSpreader(Object[].class, arguments.length)
                        .asType(MethodType.methodType(Object.class, Object.class));
        Function<Object, Object> plain =
                MethodHandleProxies.asInterfaceInstance(Function.class, spread);
        return plain.apply(arguments);
    }
}
