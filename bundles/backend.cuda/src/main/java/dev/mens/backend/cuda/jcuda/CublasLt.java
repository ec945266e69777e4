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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// NVIDIA's library of matrix products, by its C interface. It comes with the toolkit or with
/// PyTorch, not with the driver, so it may be missing.
///
/// @see <a href="https://docs.nvidia.com/cuda/cublas/#using-the-cublaslt-api">cuBLASLt</a>
@SuppressWarnings("restricted")
final class CublasLt {
    private static final String FILE = "libcublasLt.so.13";

    /// Where the toolkit's packages put it, beside the loader's own folders.
    private static final List<String> FOLDERS =
            List.of(
                    "/usr/local/cuda/lib64",
                    "/usr/local/cuda-13/lib64",
                    "/opt/cuda/lib64",
                    "/usr/lib/x86_64-linux-gnu");

    private static final int COMPUTE_32F = 68;
    private static final int R_32F = 0;

    private static final int TRANSPOSE_A = 3;
    private static final int MOST_WORKSPACE_BYTES = 1;

    /// Its status codes overlap with the driver's, of which some mean that all is lost.
    private static final int CUBLAS_CODES = 10_000;

    private static final int NOT_SUPPORTED = CUBLAS_CODES + 15;
    private static final String NAME = "cublasLt";

    private final MethodHandle create;
    private final MethodHandle destroy;
    private final MethodHandle productCreate;
    private final MethodHandle productSet;
    private final MethodHandle productDestroy;
    private final MethodHandle layoutCreate;
    private final MethodHandle layoutDestroy;
    private final MethodHandle preferenceCreate;
    private final MethodHandle preferenceSet;
    private final MethodHandle preferenceDestroy;
    private final MethodHandle heuristic;
    private final MethodHandle matmul;

    private CublasLt(SymbolLookup symbols) {
        create = function(symbols, "Create", ADDRESS);
        destroy = function(symbols, "Destroy", ADDRESS);
        productCreate = function(symbols, "MatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT);
        productSet =
                function(symbols, "MatmulDescSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
        productDestroy = function(symbols, "MatmulDescDestroy", ADDRESS);
        layoutCreate =
                function(
                        symbols,
                        "MatrixLayoutCreate",
                        ADDRESS,
                        JAVA_INT,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG);
        layoutDestroy = function(symbols, "MatrixLayoutDestroy", ADDRESS);
        preferenceCreate = function(symbols, "MatmulPreferenceCreate", ADDRESS);
        preferenceSet =
                function(
                        symbols,
                        "MatmulPreferenceSetAttribute",
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        JAVA_LONG);
        preferenceDestroy = function(symbols, "MatmulPreferenceDestroy", ADDRESS);
        heuristic =
                function(
                        symbols,
                        "MatmulAlgoGetHeuristic",
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        ADDRESS,
                        JAVA_INT,
                        ADDRESS,
                        ADDRESS);
        matmul =
                function(
                        symbols, "Matmul", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                        ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS,
                        JAVA_LONG, ADDRESS);
    }

    /// @param arena which keeps the library loaded
    static Optional<CublasLt> find(Arena arena) {
        var files =
                Stream.concat(
                        FOLDERS.stream()
                                .map(folder -> Path.of(folder, FILE))
                                .filter(Files::exists)
                                .map(Path::toString),
                        Stream.of(FILE));
        return files.flatMap(file -> open(file, arena).stream()).findFirst();
    }

    private static Optional<CublasLt> open(String file, Arena arena) {
        try {
            return Optional.of(new CublasLt(SymbolLookup.libraryLookup(file, arena)));
        } catch (IllegalArgumentException missing) {
            return Optional.empty();
        }
    }

    private static MethodHandle function(
            SymbolLookup symbols, String name, MemoryLayout... parameters) {
        var address =
                symbols.find(NAME + name)
                        .orElseThrow(() -> new IllegalArgumentException(NAME + " lacks " + name));
        return Linker.nativeLinker()
                .downcallHandle(address, FunctionDescriptor.of(JAVA_INT, parameters));
    }

    MemorySegment create() {
        return made(create);
    }

    void destroy(MemorySegment handle) {
        call(destroy, handle);
    }

    /// A product with f32 sums whose first operand is transposed.
    MemorySegment transposedProduct() {
        var product = made(productCreate, COMPUTE_32F, R_32F);
        try (var arena = Arena.ofConfined()) {
            var transposed = arena.allocateFrom(JAVA_INT, 1);
            call(productSet, product, TRANSPOSE_A, transposed, transposed.byteSize());
        }
        return product;
    }

    void destroyProduct(MemorySegment product) {
        call(productDestroy, product);
    }

    /// @param type a `cudaDataType`
    MemorySegment layout(int type, long rows, long columns, long step) {
        return made(layoutCreate, type, rows, columns, step);
    }

    void destroyLayout(MemorySegment layout) {
        call(layoutDestroy, layout);
    }

    MemorySegment preference(long workspaceBytes) {
        var preference = made(preferenceCreate);
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(JAVA_LONG, workspaceBytes);
            call(preferenceSet, preference, MOST_WORKSPACE_BYTES, bytes, bytes.byteSize());
        }
        return preference;
    }

    void destroyPreference(MemorySegment preference) {
        call(preferenceDestroy, preference);
    }

    /// Asks for ways to compute a product, the one that the library thinks fastest first.
    ///
    /// @param results receives at most `most` `cublasLtMatmulHeuristicResult_t`, which begin with
    ///     the algorithm
    /// @return how many there are, at least one
    int heuristics(
            MemorySegment handle,
            MemorySegment product,
            MemorySegment a,
            MemorySegment b,
            MemorySegment c,
            MemorySegment preference,
            int most,
            MemorySegment results) {
        try (var arena = Arena.ofConfined()) {
            var found = arena.allocate(JAVA_INT);
            call(heuristic, handle, product, a, b, c, c, preference, most, results, found);
            int count = found.get(JAVA_INT, 0);
            if (count == 0) {
                throw new GpuException(NAME, NOT_SUPPORTED, "no algorithm for this product");
            }
            return count;
        }
    }

    /// `c = alpha · a · b + beta · c`; every argument as the C function has it.
    void matmul(
            MemorySegment handle,
            MemorySegment product,
            MemorySegment alpha,
            MemorySegment a,
            MemorySegment aLayout,
            MemorySegment b,
            MemorySegment bLayout,
            MemorySegment beta,
            MemorySegment c,
            MemorySegment cLayout,
            MemorySegment algorithm,
            MemorySegment workspace,
            long workspaceBytes,
            MemorySegment stream) {
        int status;
        try {
            status =
                    (int)
                            matmul.invokeExact(
                                    handle,
                                    product,
                                    alpha,
                                    a,
                                    aLayout,
                                    b,
                                    bLayout,
                                    beta,
                                    c,
                                    cLayout,
                                    c,
                                    cLayout,
                                    algorithm,
                                    workspace,
                                    workspaceBytes,
                                    stream);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        check(status);
    }

    /// Calls what writes a new object's address through its first parameter.
    private static MemorySegment made(MethodHandle function, Object... arguments) {
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(ADDRESS);
            var all = new ArrayList<Object>(List.of(out));
            all.addAll(List.of(arguments));
            call(function, all.toArray());
            return out.get(ADDRESS, 0);
        }
    }

    /// For what is called seldom.
    private static void call(MethodHandle function, Object... arguments) {
        int status;
        try {
            status = (int) function.invokeWithArguments(arguments);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
        check(status);
    }

    private static void check(int status) {
        if (status != 0) {
            throw new GpuException(NAME, CUBLAS_CODES + status, "cublasStatus_t " + status);
        }
    }
}
