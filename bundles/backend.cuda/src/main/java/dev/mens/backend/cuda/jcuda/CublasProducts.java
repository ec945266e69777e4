package dev.mens.backend.cuda.jcuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.mens.backend.cuda.gpu.Gemm;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Products on one stream. What the library proposes for a form of product is remembered, since
/// asking takes a tenth of a millisecond; of its proposals for a form that comes often the
/// fastest is found by trying, because its own order is for weights that lie in the cache.
final class CublasProducts implements AutoCloseable {
    /// What cuBLAS takes for itself on Hopper.
    static final long WORKSPACE_BYTES = 32L << 20;

    private static final int R_32F = 0;
    private static final int R_16BF = 14;
    private static final int RESULT_BYTES = 96;
    private static final int MOST_FORMS = 4096;

    private static final int MOST_PROPOSALS = 12;
    private static final int ROUNDS = 7;

    /// More than the device caches.
    private static final long FLUSHED_BYTES = 128L << 20;

    /// Forms of so few rows are those of decoding steps, which are captured at their second use
    /// and so tried at their first; others are tried once they are used as often as this.
    private static final int STEP_ROWS = 256;

    private static final int OFTEN = 100;

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
    private static final class Way {
        final MemorySegment w;
        final MemorySegment x;
        final MemorySegment y;
        final MemorySegment proposals;
        final int proposed;
        int chosen;
        int uses;

        Way(
                MemorySegment w,
                MemorySegment x,
                MemorySegment y,
                MemorySegment proposals,
                int proposed) {
            this.w = w;
            this.x = x;
            this.y = y;
            this.proposals = proposals;
            this.proposed = proposed;
        }
    }

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

    /// @param gpu whose stream this is, null while its work is only captured
    void multiply(Gemm gemm, @Nullable Gpu gpu) {
        var way = ways.computeIfAbsent(gemm.form(), this::way);
        boolean due = ++way.uses == (gemm.rows() <= STEP_ROWS ? 1 : OFTEN);
        if (due && gpu != null) {
            tryAll(gemm, way, gpu);
        }
        matmul(gemm, way, way.chosen, gemm.y());
    }

    private void matmul(Gemm gemm, Way way, int proposal, long y) {
        alpha.set(JAVA_FLOAT, 0, gemm.alpha());
        beta.set(JAVA_FLOAT, 0, gemm.beta());
        library.matmul(
                handle,
                product,
                alpha,
                MemorySegment.ofAddress(gemm.w()),
                way.w,
                MemorySegment.ofAddress(gemm.x()),
                way.x,
                beta,
                MemorySegment.ofAddress(y),
                way.y,
                way.proposals.asSlice((long) proposal * RESULT_BYTES, RESULT_BYTES),
                workspace,
                WORKSPACE_BYTES,
                stream);
    }

    /// Times every proposal with a cached input, weights that are not cached, and a result that
    /// nobody reads.
    private void tryAll(Gemm gemm, Way way, Gpu gpu) {
        long resultBytes = (long) gemm.rows() * gemm.yStride() * Float.BYTES;
        long inputBytes = (long) gemm.rows() * gemm.xStride() * Short.BYTES;
        long room;
        try {
            room = gpu.allocate(FLUSHED_BYTES + resultBytes + inputBytes);
        } catch (GpuException failure) {
            if (failure.outOfMemory()) {
                return;
            }
            throw failure;
        }
        try (var before = gpu.mark();
                var after = gpu.mark()) {
            double best = Double.MAX_VALUE;
            var millis = new double[ROUNDS];
            for (int proposal = 0; proposal < way.proposed; proposal++) {
                for (int round = 0; round < ROUNDS; round++) {
                    gpu.fill(room, round, FLUSHED_BYTES + resultBytes);
                    gpu.copy(room + FLUSHED_BYTES + resultBytes, gemm.x(), inputBytes);
                    before.set();
                    matmul(gemm, way, proposal, room + FLUSHED_BYTES);
                    after.set();
                    after.await();
                    millis[round] = after.millisSince(before);
                }
                Arrays.sort(millis);
                if (millis[ROUNDS / 2] < best) {
                    best = millis[ROUNDS / 2];
                    way.chosen = proposal;
                }
            }
        } catch (GpuException refused) {
            // What was faster so far works.
            if (refused.sticky()) {
                throw refused;
            }
        } finally {
            gpu.free(room);
        }
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
        var proposals = arena.allocate((long) MOST_PROPOSALS * RESULT_BYTES, 8);
        int proposed =
                library.heuristics(handle, product, w, x, y, preference, MOST_PROPOSALS, proposals);
        return new Way(w, x, y, proposals, proposed);
    }

    @Override
    public void close() {
        for (var way : ways.values()) {
            library.destroyLayout(way.w);
            library.destroyLayout(way.x);
            library.destroyLayout(way.y);
        }
        library.destroyPreference(preference);
        library.destroyProduct(product);
        library.destroy(handle);
    }
}
