package dev.mens.backend.cuda.jcuda;

import static dev.mens.backend.cuda.jcuda.DriverLibrary.check;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT;
import static jcuda.driver.CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gemm;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Tiles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUctx_flags;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/// One context of its own with one stream.
final class JcudaGpu implements Gpu {
    private final GpuFacts facts;
    private final Arena arena = Arena.ofShared();
    private final CUcontext context = new CUcontext();
    private final CUstream stream = new CUstream();
    private final List<CUmodule> modules = new ArrayList<>();
    private final List<MemorySegment> pinned = new ArrayList<>();
    private final VirtualMemory virtual;
    private final Launcher launcher;
    private final TensorMaps maps;
    private final @Nullable CublasProducts products;
    private boolean capturing;

    JcudaGpu(DriverLibrary library, @Nullable CublasLt cublas, GpuFacts facts) {
        this.facts = facts;
        check(
                "cuCtxCreate",
                JCudaDriver.cuCtxCreate(
                        context, CUctx_flags.CU_CTX_SCHED_SPIN, JcudaGpus.device(facts.ordinal())));
        check(
                "cuStreamCreate",
                JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
        virtual = new VirtualMemory(library, arena, facts.ordinal());
        launcher = new Launcher(library, arena, Handles.of(stream), facts.capability());
        maps = new TensorMaps(library, arena);
        products =
                cublas == null
                        ? null
                        : new CublasProducts(
                                cublas,
                                arena,
                                allocate(CublasProducts.WORKSPACE_BYTES),
                                Handles.of(stream));
    }

    @Override
    public GpuFacts facts() {
        return facts;
    }

    @Override
    public void enter() {
        check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(context));
    }

    @Override
    public long freeBytes() {
        var free = new long[1];
        check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, new long[1]));
        return free[0];
    }

    @Override
    public long allocate(long bytes) {
        var pointer = new CUdeviceptr();
        check("cuMemAlloc", JCudaDriver.cuMemAlloc(pointer, bytes));
        return Handles.of(pointer);
    }

    @Override
    public void free(long address) {
        check("cuMemFree", JCudaDriver.cuMemFree(Handles.device(address)));
    }

    @Override
    public long reserve(long bytes) {
        return virtual.reserve(bytes);
    }

    @Override
    public void back(long address, long bytes) {
        virtual.back(address, bytes);
        fill(address, 0, bytes);
    }

    @Override
    @SuppressWarnings("restricted")
    public MemorySegment pinned(long bytes) {
        var pointer = new Pointer();
        check(
                "cuMemHostAlloc",
                JCudaDriver.cuMemHostAlloc(pointer, bytes, JCudaDriver.CU_MEMHOSTALLOC_PORTABLE));
        var memory = MemorySegment.ofAddress(Handles.of(pointer)).reinterpret(bytes, arena, null);
        pinned.add(memory);
        return memory;
    }

    @Override
    public void unpin(MemorySegment memory) {
        pinned.remove(memory);
        check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(Handles.host(memory.address())));
    }

    @Override
    public void upload(long to, MemorySegment from) {
        check(
                "cuMemcpyHtoDAsync",
                JCudaDriver.cuMemcpyHtoDAsync(
                        Handles.device(to), Handles.host(from.address()), from.byteSize(), stream));
    }

    @Override
    public void download(MemorySegment to, long from, long bytes) {
        check(
                "cuMemcpyDtoHAsync",
                JCudaDriver.cuMemcpyDtoHAsync(
                        Handles.host(to.asSlice(0, bytes).address()),
                        Handles.device(from),
                        bytes,
                        stream));
    }

    @Override
    public void copy(long to, long from, long bytes) {
        check(
                "cuMemcpyDtoDAsync",
                JCudaDriver.cuMemcpyDtoDAsync(
                        Handles.device(to), Handles.device(from), bytes, stream));
    }

    @Override
    public void fill(long to, int value, long bytes) {
        check(
                "cuMemsetD8Async",
                JCudaDriver.cuMemsetD8Async(Handles.device(to), (byte) value, bytes, stream));
    }

    @Override
    public void load(byte[] image) {
        var module = new CUmodule();
        check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, image));
        modules.add(module);
    }

    @Override
    public Kernel kernel(String name, int sharedPercent) {
        var function = new CUfunction();
        for (var module : modules) {
            int code = JCudaDriver.cuModuleGetFunction(function, module, name);
            if (code != CUresult.CUDA_ERROR_NOT_FOUND) {
                check("cuModuleGetFunction", code);
                allowSharedMemory(function, sharedPercent);
                return new Kernel(name, Handles.of(function));
            }
        }
        throw new IllegalArgumentException("no image has " + name);
    }

    /// Lets a kernel ask for all shared memory that its own arrays leave.
    private void allowSharedMemory(CUfunction function, int percent) {
        var fixed = new int[1];
        check(
                "cuFuncGetAttribute",
                JCudaDriver.cuFuncGetAttribute(
                        fixed, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, function));
        check(
                "cuFuncSetAttribute",
                JCudaDriver.cuFuncSetAttribute(
                        function,
                        CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                        facts.sharedBytes() - fixed[0]));
        check(
                "cuFuncSetAttribute",
                JCudaDriver.cuFuncSetAttribute(
                        function, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, percent));
    }

    @Override
    public void share(int percent) {
        launcher.share(percent);
    }

    @Override
    public void launch(Kernel kernel, Launch launch, Arguments arguments) {
        launcher.launch(kernel, launch, arguments);
    }

    /// In the device's memory: where a launch's arguments are packed by the caller, the driver does
    /// not align them as the copy engine wants.
    @Override
    public long map(Tiles tiles) {
        var map = maps.map(tiles);
        long address = allocate(map.byteSize());
        upload(address, map);
        return address;
    }

    @Override
    public boolean multiplies() {
        return products != null;
    }

    @Override
    public void multiply(Gemm gemm) {
        Objects.requireNonNull(products).multiply(gemm, capturing ? null : this);
    }

    @Override
    public Graph capture(Runnable work) {
        var graph = new CUgraph();
        check(
                "cuStreamBeginCapture",
                JCudaDriver.cuStreamBeginCapture(
                        stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        capturing = true;
        try {
            work.run();
        } finally {
            capturing = false;
            check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(stream, graph));
        }
        var executable = new CUgraphExec();
        try {
            check("cuGraphInstantiate", JCudaDriver.cuGraphInstantiate(executable, graph, 0));
        } finally {
            check("cuGraphDestroy", JCudaDriver.cuGraphDestroy(graph));
        }
        return new JcudaGraph(executable);
    }

    @Override
    public void launch(Graph graph) {
        switch (graph) {
            case JcudaGraph(var executable) ->
                    check("cuGraphLaunch", JCudaDriver.cuGraphLaunch(executable, stream));
            default -> throw new IllegalArgumentException("a graph of another device");
        }
    }

    @Override
    public Mark mark() {
        return new JcudaMark();
    }

    @Override
    public void await() {
        check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
    }

    /// Does not ask whether it worked. What belongs to a context that is lost goes with it: giving
    /// it back one by one makes the vendor's library free memory twice.
    @Override
    public void close() {
        JCudaDriver.cuCtxSetCurrent(context);
        if (JCudaDriver.cuStreamSynchronize(stream) == CUresult.CUDA_SUCCESS) {
            if (products != null) {
                products.close();
            }
            pinned.forEach(memory -> JCudaDriver.cuMemFreeHost(Handles.host(memory.address())));
        }
        virtual.close();
        JCudaDriver.cuCtxDestroy(context);
        arena.close();
    }

    private record JcudaGraph(CUgraphExec executable) implements Graph {
        @Override
        public void close() {
            check("cuGraphExecDestroy", JCudaDriver.cuGraphExecDestroy(executable));
        }
    }

    private final class JcudaMark implements Mark {
        private final CUevent event = new CUevent();

        JcudaMark() {
            check("cuEventCreate", JCudaDriver.cuEventCreate(event, 0));
        }

        @Override
        public void set() {
            check("cuEventRecord", JCudaDriver.cuEventRecord(event, stream));
        }

        @Override
        public void await() {
            check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event));
        }

        @Override
        public float millisSince(Mark earlier) {
            var millis = new float[1];
            check(
                    "cuEventElapsedTime",
                    JCudaDriver.cuEventElapsedTime(millis, ((JcudaMark) earlier).event, event));
            return millis[0];
        }

        @Override
        public void close() {
            check("cuEventDestroy", JCudaDriver.cuEventDestroy(event));
        }
    }
}
