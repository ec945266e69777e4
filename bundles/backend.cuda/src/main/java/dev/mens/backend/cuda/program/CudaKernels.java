package dev.mens.backend.cuda.program;

import static dev.mens.backend.cuda.CudaProblem.OUT_OF_MEMORY;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuException;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.memory.Bump;
import dev.mens.backend.cuda.memory.LayerSplit.Range;
import dev.mens.backend.cuda.program.ProgramPlan.Place;
import dev.mens.compute.Kernels;
import dev.mens.compute.Network;
import dev.mens.compute.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The kernels of `gpu-natives` on the devices of this machine. Each program has contexts of its
/// own, which belong to the thread that prepares it.
public final class CudaKernels implements Kernels {
    private final Gpus gpus;
    private final List<GpuFacts> devices;
    private final Precision precision;

    /// @param devices to spread a network over, if one is not enough
    public CudaKernels(Gpus gpus, List<GpuFacts> devices, Precision precision) {
        this.gpus = gpus;
        this.devices = List.copyOf(devices);
        this.precision = precision;
    }

    @Override
    public String name() {
        var first = devices.getFirst();
        return "cuda/" + first.architecture() + "-" + precision.suffix();
    }

    @Override
    public Program prepare(Network network) throws IOException {
        Shapes.check(network, name());
        try (var contexts = new Contexts()) {
            var plan = contexts.plan(network);
            return new CudaProgram(network, plan, () -> open(network, plan, contexts));
        } catch (GpuException failure) {
            if (failure.outOfMemory()) {
                throw OUT_OF_MEMORY.because(failure, devices.getFirst().name());
            }
            throw failure;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while loading " + network.name(), cancelled);
        }
    }

    /// Contexts that were opened to see what memory is left, until a stage takes them over.
    private final class Contexts implements AutoCloseable {
        private final Map<Integer, Gpu> waiting = new HashMap<>();

        /// Decided before anything is loaded.
        ProgramPlan plan(Network network) {
            var places = new ArrayList<Place>();
            boolean library = true;
            for (var device : devices) {
                var gpu = gpus.open(device.ordinal());
                waiting.put(device.ordinal(), gpu);
                places.add(new Place(device, gpu.freeBytes()));
                library &= gpu.multiplies();
            }
            return ProgramPlan.of(network, precision, places, library);
        }

        Gpu take(int ordinal) {
            var gpu = waiting.remove(ordinal);
            if (gpu == null) {
                return gpus.open(ordinal);
            }
            gpu.enter();
            return gpu;
        }

        @Override
        public void close() {
            waiting.values().forEach(Gpu::close);
            waiting.clear();
        }
    }

    private List<Stage> open(Network network, ProgramPlan plan, Contexts contexts)
            throws IOException, InterruptedException {
        var stages = new ArrayList<Stage>();
        boolean whole = false;
        try {
            for (var stage : plan.stages()) {
                stages.add(open(network, plan, stage, contexts));
            }
            whole = true;
            return stages;
        } finally {
            if (!whole) {
                stages.forEach(Stage::close);
            }
        }
    }

    private Stage open(Network network, ProgramPlan plan, StagePlan stage, Contexts contexts)
            throws IOException, InterruptedException {
        var gpu = contexts.take(devices.get(stage.range().device()).ordinal());
        boolean whole = false;
        try {
            var opened = fill(gpu, network, plan, stage);
            whole = true;
            return opened;
        } finally {
            if (!whole) {
                gpu.close();
            }
        }
    }

    private Stage fill(Gpu gpu, Network network, ProgramPlan plan, StagePlan stage)
            throws IOException, InterruptedException {
        Range range = stage.range();
        long weights = zeroed(gpu, stage.weightBytes());
        var layout = new NetworkLayout(network, range.from(), range.to(), precision, weights);
        var work =
                Workspace.of(
                        layout.network(), stage.limits(), new Bump(zeroed(gpu, stage.workBytes())));
        var operations = new Operations(gpu, precision);
        new Uploader(gpu, operations).upload(layout.uploads());
        long pool = gpu.reserve(plan.pages() * stage.pageBytesOfAll());
        var forward =
                new Forward(
                        layout.network(),
                        stage.limits(),
                        work,
                        operations,
                        new Products(gpu, operations, precision, work.scratch()),
                        new Forward.Pools(pool, stage.pageBytes()));
        return new Stage(gpu, stage, work, forward, pool);
    }

    private static long zeroed(Gpu gpu, long bytes) {
        long address = gpu.allocate(bytes);
        gpu.fill(address, 0, bytes);
        return address;
    }
}
