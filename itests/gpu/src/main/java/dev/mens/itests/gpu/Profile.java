package dev.mens.itests.gpu;

import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.program.CudaKernels;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.compute.DType;
import dev.mens.compute.DrawingProgram;
import dev.mens.compute.DrawingProgram.Draw;
import dev.mens.compute.Program.Cache;
import dev.mens.compute.Program.Segment;
import dev.mens.compute.Program.Wanted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Where the time of a step goes, kernel by kernel.
final class Profile {
    private static final int ROUNDS = 5;
    /// By then products have been tried.
    private static final int WARM_ROUNDS = 8;

    private static final int CONTEXT = 1024;

    private final TimedGpus gpus;
    private final List<GpuFacts> devices;

    Profile(Gpus gpus, List<GpuFacts> devices) {
        this.gpus = new TimedGpus(gpus);
        this.devices = devices;
    }

    /// @param words shape, type, then `d64` for 64 sequences decoding or `p512` for a prompt of 512
    boolean run(List<String> words) throws Exception {
        var sizes = RandomLlama.Sizes.of(words.getFirst());
        var dtype = DType.valueOf(words.get(1));
        try (var weights = new RandomLlama(sizes, dtype);
                var program =
                        (DrawingProgram)
                                new CudaKernels(gpus, devices, Precision.FAST)
                                        .prepare(weights.network(sizes))) {
            for (var word : words.subList(2, words.size())) {
                int count = Integer.parseInt(word.substring(1));
                switch (word.charAt(0)) {
                    case 'd' -> measure(program, words, word, count, CONTEXT - 1, 1);
                    case 'p' -> measure(program, words, word, 1, 0, count);
                    default -> throw new IllegalArgumentException(word);
                }
            }
        }
        return true;
    }

    private void measure(
            DrawingProgram program,
            List<String> words,
            String word,
            int sequences,
            int before,
            int tokens)
            throws InterruptedException {
        var caches = new ArrayList<Cache>();
        for (int i = 0; i < sequences; i++) {
            caches.add(program.cache(before + tokens));
            if (before > 0) {
                program.run(List.of(segment(caches.getLast(), before)));
            }
        }
        List<Draw> draws = Collections.nCopies(sequences, Draw.LIKELIEST);
        for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
            if (round == 0) {
                gpus.clear();
            }
            caches.forEach(cache -> cache.truncate(before));
            var batch = caches.stream().map(cache -> segment(cache, tokens)).toList();
            program.run(batch, draws, new int[sequences]);
        }
        gpus.print(words.get(0) + " " + words.get(1) + " " + word, ROUNDS);
        caches.forEach(Cache::close);
    }

    private static Segment segment(Cache cache, int tokens) {
        return new Segment(cache, new int[tokens], Wanted.LAST_LOGITS, new float[128_256]);
    }
}
