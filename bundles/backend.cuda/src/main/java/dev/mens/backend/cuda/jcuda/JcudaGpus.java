package dev.mens.backend.cuda.jcuda;

import static dev.mens.backend.cuda.CudaProblem.DRIVER_FAILED;
import static dev.mens.backend.cuda.CudaProblem.LOST;
import static dev.mens.backend.cuda.CudaProblem.NO_BINDING;
import static dev.mens.backend.cuda.CudaProblem.NO_DEVICE;
import static dev.mens.backend.cuda.CudaProblem.NO_DRIVER;
import static dev.mens.backend.cuda.CudaProblem.OLD_DRIVER;
import static dev.mens.backend.cuda.jcuda.DriverLibrary.check;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuException;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.diagnostics.ProblemException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/// The devices of this machine. The driver's library is looked for before JCuda's classes are
/// touched: their native library fails for ever once it failed.
public final class JcudaGpus implements Gpus {
    /// Images come from CUDA 13's compiler, which older drivers do not take.
    private static final int LEAST_VERSION = 13000;

    private static final int LEAST_CAPABILITY = 80;
    private static final int MOST_NAME_BYTES = 256;

    private final Arena arena = Arena.ofShared();
    private @Nullable DriverLibrary library;
    private @Nullable Probed probed;
    private @Nullable CublasLt cublas;
    private boolean searched;

    @Override
    public synchronized Probed probe() {
        if (probed == null) {
            try {
                probed = look();
            } catch (ProblemException nothing) {
                probed = new Probed.Nothing(nothing.getMessage());
            }
        }
        return probed;
    }

    private Probed look() {
        try {
            library = new DriverLibrary(arena);
        } catch (IllegalArgumentException missing) {
            throw NO_DRIVER.because(missing, DriverLibrary.NAME);
        }
        try {
            int version = library.version();
            if (version < LEAST_VERSION) {
                throw OLD_DRIVER.with(named(version), named(LEAST_VERSION));
            }
            check("cuInit", JCudaDriver.cuInit(0));
            return new Probed.Found(devices(), named(version));
        } catch (GpuException refused) {
            throw DRIVER_FAILED.because(refused, refused.getMessage());
        } catch (LinkageError unloadable) {
            throw NO_BINDING.because(unloadable, unloadable.getMessage());
        }
    }

    private static String named(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    private static List<GpuFacts> devices() {
        var count = new int[1];
        check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
        var good = new ArrayList<GpuFacts>();
        var all = new ArrayList<String>();
        for (int ordinal = 0; ordinal < count[0]; ordinal++) {
            var facts = facts(ordinal);
            all.add(facts.name() + " " + facts.architecture());
            if (facts.capability() >= LEAST_CAPABILITY) {
                good.add(facts);
            }
        }
        if (good.isEmpty()) {
            throw NO_DEVICE.with(all.isEmpty() ? "there is none" : String.join(", ", all));
        }
        return good;
    }

    private static GpuFacts facts(int ordinal) {
        var device = device(ordinal);
        var name = new byte[MOST_NAME_BYTES];
        check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
        var bytes = new long[1];
        check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(bytes, device));
        return new GpuFacts(
                ordinal,
                new String(name, StandardCharsets.US_ASCII).replace("\0", ""),
                10
                                * attribute(
                                        CUdevice_attribute
                                                .CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
                                        device)
                        + attribute(
                                CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
                                device),
                attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device),
                attribute(
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
                        device),
                bytes[0]);
    }

    private static int attribute(int attribute, CUdevice device) {
        var value = new int[1];
        check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
        return value[0];
    }

    static CUdevice device(int ordinal) {
        var device = new CUdevice();
        check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, ordinal));
        return device;
    }

    @Override
    public Gpu open(int ordinal) {
        return switch (probe()) {
            case Probed.Nothing(var diagnostic) -> throw new IllegalStateException(diagnostic);
            case Probed.Found found ->
                    open(
                            found.devices().stream()
                                    .filter(device -> device.ordinal() == ordinal)
                                    .findFirst()
                                    .orElseThrow());
        };
    }

    /// Some drivers end the whole process for a device once one context of it met a fault.
    private Gpu open(GpuFacts device) {
        try {
            return new JcudaGpu(Objects.requireNonNull(library), cublas(), device);
        } catch (GpuException failure) {
            if (failure.sticky()) {
                lose(failure);
            }
            throw failure;
        }
    }

    private synchronized void lose(GpuException failure) {
        probed = new Probed.Nothing(LOST.because(failure, failure.getMessage()).getMessage());
    }

    /// Looked for at the first use: it takes a quarter of a second to load.
    private synchronized @Nullable CublasLt cublas() {
        if (!searched) {
            searched = true;
            cublas = CublasLt.find(arena).orElse(null);
        }
        return cublas;
    }

    @Override
    public void close() {
        arena.close();
    }
}
