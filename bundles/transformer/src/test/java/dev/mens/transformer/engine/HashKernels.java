package dev.mens.transformer.engine;

import dev.mens.compute.Kernels;
import dev.mens.compute.Network;
import dev.mens.compute.Program;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A device whose logits are a hash of the whole sequence, so that any token that is lost,
/// doubled or mixed up between streams changes what follows.
final class HashKernels implements Kernels {
    final AtomicInteger openCaches = new AtomicInteger();
    final AtomicLong rows = new AtomicLong();
    final AtomicInteger mostSegments = new AtomicInteger();
    private final Likely likely;
    private final Step beforeStep;
    private volatile int poison = -1;

    HashKernels(Likely likely, Step beforeStep) {
        this.likely = likely;
        this.beforeStep = beforeStep;
    }

    static HashKernels letters() {
        return new HashKernels((hash, tokens) -> 'a' + Math.floorMod(hash, 26), _ -> {});
    }

    /// Sequences with this token get a logit that is no number.
    void poison(int token) {
        poison = token;
    }

    /// Chooses the likeliest next token.
    interface Likely {
        int after(int hash, int[] tokens);
    }

    /// Happens before a batch is computed.
    interface Step {
        void before(List<Program.Segment> batch) throws InterruptedException;
    }

    @Override
    public String name() {
        return "hash";
    }

    @Override
    public Program prepare(Network network) {
        return new HashProgram(network);
    }

    private final class HashProgram implements Program {
        private final Network network;

        HashProgram(Network network) {
            this.network = network;
        }

        @Override
        public Cache cache(int capacityTokens) {
            openCaches.incrementAndGet();
            return new HashCache(capacityTokens);
        }

        @Override
        public void run(List<Segment> batch) throws InterruptedException {
            beforeStep.before(batch);
            mostSegments.accumulateAndGet(batch.size(), Math::max);
            for (var segment : batch) {
                rows.addAndGet(segment.tokens().length);
                if (segment.cache() instanceof HashCache cache) {
                    cache.append(segment.tokens());
                    if (segment.wanted() == Wanted.LAST_LOGITS) {
                        logits(cache.tokens, segment.out());
                    }
                } else {
                    hidden(segment);
                }
            }
        }

        private void logits(int[] tokens, float[] out) {
            int hash = Arrays.hashCode(tokens) * 0x9e3779b9;
            hash ^= hash >>> 15;
            for (int id = 0; id < out.length; id++) {
                out[id] = ((hash * (id + 31)) >>> 20) / 4096f;
            }
            out[likely.after(hash, tokens)] = 3;
            if (Arrays.stream(tokens).anyMatch(token -> token == poison)) {
                out[7] = Float.NaN;
            }
        }

        private void hidden(Segment segment) {
            for (int row = 0; row < segment.tokens().length; row++) {
                Arrays.fill(
                        segment.out(),
                        row * network.hidden(),
                        (row + 1) * network.hidden(),
                        segment.tokens()[row]);
            }
        }

        @Override
        public long weightBytes() {
            return 42;
        }

        @Override
        public void close() {}
    }

    private final class HashCache implements Program.Cache {
        private final int capacity;
        private int[] tokens = {};

        HashCache(int capacity) {
            this.capacity = capacity;
        }

        void append(int[] more) {
            int before = tokens.length;
            if (before + more.length > capacity) {
                throw new IllegalStateException("no room");
            }
            tokens = Arrays.copyOf(tokens, before + more.length);
            System.arraycopy(more, 0, tokens, before, more.length);
        }

        @Override
        public int length() {
            return tokens.length;
        }

        @Override
        public int capacity() {
            return capacity;
        }

        @Override
        public void truncate(int length) {
            tokens = Arrays.copyOf(tokens, length);
        }

        @Override
        public void close() {
            openCaches.decrementAndGet();
        }
    }
}
