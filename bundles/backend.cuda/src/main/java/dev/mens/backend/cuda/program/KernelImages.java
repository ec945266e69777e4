package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The compiled kernels of `gpu-natives`, one image a source, loaded when the first kernel of it
/// is needed.
public final class KernelImages {
    /// Sources that hold kernels of other names than their own.
    private static final Map<String, String> ELSEWHERE =
            Map.of(
                    "join", "norm",
                    "bias_f32", "gate",
                    "bias_bf16", "gate",
                    "route", "experts",
                    "group", "experts",
                    "combine", "experts",
                    "likeliest", "sample");

    /// A kernel is in the longest of these that its name begins with.
    private static final List<String> SOURCES =
            List.of(
                    "attend_prefill",
                    "attend_decode",
                    "attend_groups",
                    "attend",
                    "embed",
                    "gate",
                    "linear_bf16",
                    "linear_f16",
                    "linear_nf4",
                    "linear_q4_0",
                    "linear_q4_k",
                    "linear_q6_k",
                    "linear_q8_0",
                    "norm",
                    "place",
                    "plain",
                    "product_gated",
                    "product_sliced",
                    "product",
                    "repack",
                    "sample",
                    "widen");

    /// Part of a processor's fast memory that is shared memory; the rest caches. All kernels of a
    /// step have the same, because a processor drains before it changes its own; see also
    /// {@link Gpu#share}.
    private static final int SHARED_PERCENT = 65;

    /// Of those that share most between their threads.
    private static final int ALL_PERCENT = 100;

    private static final Set<String> SHARING =
            Set.of("attend_prefill", "attend_groups", "product_gated", "product_sliced");

    private final Gpu gpu;
    private final Set<String> loaded = new HashSet<>();

    public KernelImages(Gpu gpu) {
        this.gpu = gpu;
    }

    public Kernel kernel(String name) {
        var source = source(name);
        if (loaded.add(source)) {
            gpu.load(image(source));
        }
        return gpu.kernel(name, SHARING.contains(source) ? ALL_PERCENT : SHARED_PERCENT);
    }

    private static String source(String kernel) {
        var elsewhere = ELSEWHERE.get(kernel);
        return elsewhere != null
                ? elsewhere
                : SOURCES.stream()
                        .filter(kernel::startsWith)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no source has " + kernel));
    }

    private static byte[] image(String source) {
        var resource = "/native/cuda/" + source + ".fatbin";
        try (var in = KernelImages.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the bundle lacks " + resource);
            }
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
