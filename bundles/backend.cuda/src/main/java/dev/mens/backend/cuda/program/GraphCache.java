package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Graph;
import dev.mens.backend.cuda.gpu.GpuException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Graphs of decoding steps by their form. A form is queued kernel by kernel the first time, which
/// also loads its kernels, and captured the second time.
final class GraphCache {
    private final Gpu gpu;
    private final Map<Form, Graph> graphs = new HashMap<>();
    private final Set<Form> seen = new HashSet<>();
    private boolean full;

    /// All that the work of a step depends on.
    ///
    /// @param drawn whether it ends with a token of each row
    /// @param following whether its records are what the step before made of them
    record Form(int rows, boolean drawn, boolean following) {}

    GraphCache(Gpu gpu) {
        this.gpu = gpu;
    }

    /// Queues the work of a form.
    void run(Form form, Runnable work) {
        var graph = graphs.get(form);
        if (graph == null && !full && !seen.add(form)) {
            graph = captured(work);
            if (graph != null) {
                graphs.put(form, graph);
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
