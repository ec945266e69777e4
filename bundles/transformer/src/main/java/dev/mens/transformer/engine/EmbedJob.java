package dev.mens.transformer.engine;

import dev.mens.compute.Program;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import dev.mens.inference.InferenceProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// Texts that wait for their vectors, computed a few at a time so that streams go on between.
final class EmbedJob {
    /// Rows of one step.
    private static final int MOST_ROWS = 1024;

    private final ModelParts parts;
    private final List<int[]> texts;
    private final List<float[]> vectors = new ArrayList<>();
    private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();

    EmbedJob(ModelParts parts, List<int[]> texts) {
        this.parts = parts;
        this.texts = texts;
    }

    CompletableFuture<List<float[]>> result() {
        return result;
    }

    /// Runs the next few texts.
    ///
    /// @return whether the job is done
    boolean step(Program program) throws InterruptedException {
        int width = parts.network().hidden();
        var batch = new ArrayList<Segment>();
        int rows = 0;
        for (int next = vectors.size(); next < texts.size() && rows < MOST_ROWS; next++) {
            var ids = texts.get(next);
            batch.add(new Segment(null, ids, Wanted.HIDDEN, new float[ids.length * width]));
            rows += ids.length;
        }
        if (!batch.isEmpty()) {
            program.run(batch);
        }
        var pooling = Objects.requireNonNull(parts.pooling());
        for (var segment : batch) {
            var vector = pooling.pool(segment.out(), segment.tokens().length, width);
            requireFinite(vector, segment.tokens().length);
            vectors.add(vector);
        }
        if (vectors.size() == texts.size()) {
            result.complete(List.copyOf(vectors));
        }
        return result.isDone();
    }

    private static void requireFinite(float[] vector, int tokens) {
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw InferenceProblem.NOT_FINITE.with(tokens);
            }
        }
    }
}
