package dev.mens.backend.cuda.jcuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.mens.backend.cuda.gpu.GpuException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The driver's own library, for what JCuda lacks or does slowly: a launch through it takes half
/// the time of one through JNI.
@SuppressWarnings("restricted")
final class DriverLibrary {
    static final String NAME = "libcuda.so.1";

    private final MethodHandle driverVersion;
    private final MethodHandle launchKernel;
    final Function addressReserve;
    final Function addressFree;
    final Function memoryCreate;
    final Function memoryRelease;
    final Function memoryMap;
    final Function memoryUnmap;
    final Function setAccess;
    final Function encodeTiles;

    /// One that is called seldom.
    record Function(String name, MethodHandle handle) {}

    /// @param arena which keeps the library loaded
    /// @throws IllegalArgumentException if it is not there, or is no driver that we know
    DriverLibrary(Arena arena) {
        var symbols = SymbolLookup.libraryLookup(NAME, arena);
        driverVersion =
                function(symbols, "cuDriverGetVersion", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        launchKernel =
                function(
                        symbols,
                        "cuLaunchKernelEx",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        addressReserve =
                seldom(
                        symbols,
                        "cuMemAddressReserve",
                        ADDRESS,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG);
        addressFree = seldom(symbols, "cuMemAddressFree", JAVA_LONG, JAVA_LONG);
        memoryCreate = seldom(symbols, "cuMemCreate", ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        memoryRelease = seldom(symbols, "cuMemRelease", JAVA_LONG);
        memoryMap =
                seldom(symbols, "cuMemMap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        memoryUnmap = seldom(symbols, "cuMemUnmap", JAVA_LONG, JAVA_LONG);
        setAccess = seldom(symbols, "cuMemSetAccess", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);
        encodeTiles =
                seldom(
                        symbols,
                        "cuTensorMapEncodeTiled",
                        ADDRESS,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_LONG,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT,
                        JAVA_INT);
    }

    private static Function seldom(SymbolLookup symbols, String name, MemoryLayout... parameters) {
        return new Function(
                name, function(symbols, name, FunctionDescriptor.of(JAVA_INT, parameters)));
    }

    /// @throws GpuException unless it succeeds
    void check(Function function, Object... arguments) {
        check(function.name(), code(function, arguments));
    }

    /// What it answers.
    int code(Function function, Object... arguments) {
        try {
            return (int) function.handle().invokeWithArguments(arguments);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MethodHandle function(
            SymbolLookup symbols, String name, FunctionDescriptor type) {
        var address =
                symbols.find(name)
                        .orElseThrow(() -> new IllegalArgumentException(NAME + " lacks " + name));
        return Linker.nativeLinker().downcallHandle(address, type);
    }

    /// 1000 · major + 10 · minor of the CUDA that the driver speaks.
    int version() {
        try (var arena = Arena.ofConfined()) {
            var version = arena.allocate(JAVA_INT);
            int code;
            try {
                code = (int) driverVersion.invokeExact(version);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
            check("cuDriverGetVersion", code);
            return version.get(JAVA_INT, 0);
        }
    }

    /// @param config `CUlaunchConfig`
    /// @param extra how the arguments are packed
    void launch(MemorySegment config, MemorySegment kernel, MemorySegment extra) {
        int code;
        try {
            code = (int) launchKernel.invokeExact(config, kernel, MemorySegment.NULL, extra);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        check("cuLaunchKernelEx", code);
    }

    /// @throws GpuException unless the code is that of success
    static void check(String call, int code) {
        if (code != 0) {
            throw new GpuException(call, code, jcuda.driver.CUresult.stringFor(code));
        }
    }
}
