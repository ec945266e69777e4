package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Graph;
import dev.mens.backend.cuda.gpu.GpuException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Graphs of decoding steps by batch size. A size is queued kernel by kernel the first time, which
/// also loads its kernels, and captured the second time.
final class GraphCache {
    private final Gpu gpu;
    private final Map<Integer, Graph> graphs = new HashMap<>();
    private final Set<Integer> seen = new HashSet<>();
    private boolean full;

    GraphCache(Gpu gpu) {
        this.gpu = gpu;
    }

    /// Queues the work of a size.
    void run(int size, Runnable work) {
        var graph = graphs.get(size);
        if (graph == null && !full && !seen.add(size)) {
            graph = captured(work);
            if (graph != null) {
                graphs.put(size, graph);
            }
        }
        if (graph == null) {
            work.run();
        } else {
            gpu.launch(graph);
        }
    }

    /// Graphs take memory; without it steps are slower, but go on.
    private @Nullable Graph captured(Runnable work) {
        try {
            return gpu.capture(work);
        } catch (GpuException refused) {
            if (!refused.outOfMemory()) {
                throw refused;
            }
            full = true;
            return null;
        }
    }

    int size() {
        return graphs.size();
    }
}
