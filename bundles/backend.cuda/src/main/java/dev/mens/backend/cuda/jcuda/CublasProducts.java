package dev.mens.backend.cuda.jcuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.mens.backend.cuda.gpu.Gemm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/// Products on one stream. What the library decides for a form of product is remembered, since
/// asking takes a tenth of a millisecond.
final class CublasProducts implements AutoCloseable {
    /// What cuBLAS takes for itself on Hopper.
    static final long WORKSPACE_BYTES = 32L << 20;

    private static final int R_32F = 0;
    private static final int R_16BF = 14;
    private static final int RESULT_BYTES = 96;
    private static final int MOST_FORMS = 4096;

    private final CublasLt library;
    private final Arena arena;
    private final MemorySegment handle;
    private final MemorySegment product;
    private final MemorySegment preference;
    private final MemorySegment workspace;
    private final MemorySegment stream;
    private final MemorySegment alpha;
    private final MemorySegment beta;
    private final Map<Gemm.Form, Way> ways = new HashMap<>();

    /// How a form of product is computed.
    private record Way(
            MemorySegment w, MemorySegment x, MemorySegment y, MemorySegment algorithm) {}

    CublasProducts(CublasLt library, Arena arena, long workspace, long stream) {
        this.library = library;
        this.arena = arena;
        this.workspace = MemorySegment.ofAddress(workspace);
        this.stream = MemorySegment.ofAddress(stream);
        handle = library.create();
        product = library.transposedProduct();
        preference = library.preference(WORKSPACE_BYTES);
        alpha = arena.allocate(JAVA_FLOAT);
        beta = arena.allocate(JAVA_FLOAT);
    }

    void multiply(Gemm gemm) {
        var way = ways.computeIfAbsent(gemm.form(), this::way);
        alpha.set(JAVA_FLOAT, 0, gemm.alpha());
        beta.set(JAVA_FLOAT, 0, gemm.beta());
        library.matmul(
                handle,
                product,
                alpha,
                MemorySegment.ofAddress(gemm.w()),
                way.w(),
                MemorySegment.ofAddress(gemm.x()),
                way.x(),
                beta,
                MemorySegment.ofAddress(gemm.y()),
                way.y(),
                way.algorithm(),
                workspace,
                WORKSPACE_BYTES,
                stream);
    }

    /// The library counts by columns, so to it a row-major matrix is a transposed one.
    private Way way(Gemm.Form form) {
        if (ways.size() == MOST_FORMS) {
            throw new IllegalStateException("callers round rows up, so forms are few");
        }
        var w = library.layout(R_16BF, form.k(), form.n(), form.wStride());
        var x = library.layout(R_16BF, form.k(), form.rows(), form.xStride());
        var y =
                library.layout(
                        form.single() ? R_32F : R_16BF, form.n(), form.rows(), form.yStride());
        var result = arena.allocate(RESULT_BYTES, 8);
        library.heuristic(handle, product, w, x, y, preference, result);
        return new Way(w, x, y, result);
    }

    @Override
    public void close() {
        for (var way : ways.values()) {
            library.destroyLayout(way.w());
            library.destroyLayout(way.x());
            library.destroyLayout(way.y());
        }
        library.destroyPreference(preference);
        library.destroyProduct(product);
        library.destroy(handle);
    }
}
