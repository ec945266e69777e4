package dev.mens.backend.cuda;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemCatalog;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/// What can be wrong with this machine's NVIDIA devices, or with a model's place on them.
public enum CudaProblem implements Problem {
    NO_DRIVER(
            "no-driver",
            "%s is not installed",
            "install NVIDIA's driver, or start the container with access to it"),
    OLD_DRIVER(
            "old-driver",
            "the driver speaks CUDA %s, and %s is needed",
            "install NVIDIA's driver 580 or newer"),
    DRIVER_FAILED("driver-failed", "the driver does not work: %s", "see the output of nvidia-smi"),
    LOST(
            "lost",
            "after a fault the driver gives this process no new context: %s",
            "start the node again; until then other backends serve"),
    NO_DEVICE(
            "no-device",
            "the driver works but offers no device with compute capability 8.0 or more: %s",
            "give this process access to an Ampere or newer device (CUDA_VISIBLE_DEVICES)"),
    NO_BINDING(
            "no-binding",
            "JCuda's native library does not load: %s",
            "run Mens on Linux x86_64 with the bundle lib.jcuda it came with"),
    TOO_LARGE(
            "too-large",
            "%s needs %s of weights, %s of work space and %s of cache, and %s has %s free",
            "unload another model, take a smaller quantization, or a device with more memory"),
    CACHE_FULL(
            "cache-full",
            "a sequence needs %s more of cache, and %s of %s are left",
            "wait for other requests to end, or shorten the prompt"),
    TOO_MANY(
            "too-many",
            "%d sequences are all that a device serves at a time",
            "wait for other requests to end"),
    UNSUPPORTED("unsupported", "%s: %s", "run the model on the processor, and report it"),
    OUT_OF_MEMORY(
            "out-of-memory",
            "%s has no memory left for this",
            "shorten the prompt, or unload another model"),
    FAULT(
            "fault",
            "%s failed again and again: %s",
            "see the output of nvidia-smi and dmesg, and report this if the device is healthy");

    private final String id;
    private final String facts;
    private final String remedy;

    CudaProblem(String kebab, String facts, String remedy) {
        this.id = "vox/cuda/" + kebab;
        this.facts = facts;
        this.remedy = remedy;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String facts() {
        return facts;
    }

    @Override
    public String remedy() {
        return remedy;
    }

    @Override
    public Blame blame() {
        return Blame.INFRASTRUCTURE;
    }

    /// Lets `vox explain` print them.
    @Component
    public static final class Catalog implements ProblemCatalog {
        @Override
        public List<Problem> problems() {
            return List.of(values());
        }
    }
}
