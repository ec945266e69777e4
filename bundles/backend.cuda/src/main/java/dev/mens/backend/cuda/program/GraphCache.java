package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.Gpu.Graph;
import dev.mens.backend.cuda.gpu.GpuException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Graphs of passes that come again. A pass is queued kernel by kernel at first, which also loads
/// its kernels and tries the library's products.
final class GraphCache {
    /// At their second use decoding steps are captured, of which there are few sizes.
    private static final int AGAIN = 2;

    /// Prompts come in all sizes: only those that keep coming are captured, and so many at most.
    private static final int OFTEN = 16;

    private static final int MOST_PROMPTS = 16;

    private final Gpu gpu;
    private final Map<Form, Graph> graphs = new HashMap<>();
    private final Map<Form, Integer> uses = new HashMap<>();
    private int prompts;
    private boolean full;

    /// All that the kernels of a pass depend on.
    ///
    /// @param drawn whether it ends with a token of each row
    /// @param following whether its records are what the step before made of them
    record Form(Forward.Size size, boolean drawn, boolean following) {}

    GraphCache(Gpu gpu) {
        this.gpu = gpu;
    }

    /// Queues the work of a pass.
    void run(Form form, Runnable work) {
        var graph = graphs.get(form);
        if (graph == null && !full && due(form)) {
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

    private boolean due(Form form) {
        int count = uses.merge(form, 1, Integer::sum);
        if (form.size().single()) {
            return count == AGAIN;
        }
        boolean due = count >= OFTEN && prompts < MOST_PROMPTS;
        prompts += due ? 1 : 0;
        return due;
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
