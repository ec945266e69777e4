package dev.mens.itests.gpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.mens.backend.cuda.gpu.Arguments;
import dev.mens.backend.cuda.gpu.Gpu.Launch;
import dev.mens.transformer.sampling.Candidates;
import dev.mens.transformer.sampling.History;
import dev.mens.transformer.sampling.LogitsRule;
import dev.mens.transformer.sampling.Sampler;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What chooses: tokens from logits, and experts from a router's scores. The error is the share of
/// choices that differ from those of the plain twins on the host.
final class ChoiceChecks {
    private static final int EXPERTS = 64;
    private static final int CHOSEN = 8;
    private static final int TILE = 16;
    private static final int WIDTH = 2048;
    private static final int RULE_BYTES = 48;

    private final Bench bench;
    private final int rows;
    private final int vocabulary;
    private final int tokens;

    ChoiceChecks(Bench bench) {
        this.bench = bench;
        rows = bench.quick() ? 3 : 64;
        vocabulary = bench.quick() ? 1000 : 128_256;
        tokens = bench.quick() ? 9 : 512;
    }

    void run() {
        likeliest();
        sample("greedy", List.of(), rule(1, 0, 1, 0, true));
        var rules =
                List.of(
                        new LogitsRule.Temperature(0.7f),
                        new LogitsRule.TopK(40),
                        new LogitsRule.TopP(0.9f),
                        new LogitsRule.MinP(0.05f));
        sample("top-k, top-p, min-p", rules, rule(0.7f, 40, 0.9f, 0.05f, false));
        route();
        combine();
    }

    private void likeliest() {
        var logits = bench.normal(rows * stride());
        long in = bench.floats(logits);
        long best = bench.zeros((long) rows * Long.BYTES);
        double millis =
                bench.millis(
                        "likeliest",
                        new Launch((vocabulary + 8191) / 8192, rows, 1, 256, 0, true, 1),
                        new Arguments().addresses(in, best).integer(vocabulary));
        var keys = bench.readIntegers(best, rows * 2);
        int wrong = 0;
        for (int r = 0; r < rows; r++) {
            wrong += ~keys[2 * r] == largest(logits, r) ? 0 : 1;
        }
        bench.report(
                "likeliest",
                rows + " of " + vocabulary,
                wrong / (double) rows,
                millis,
                4.0 * rows * vocabulary);
        bench.free(in, best);
    }

    private int stride() {
        return (vocabulary + 63) / 64 * 64;
    }

    private int largest(float[] logits, int row) {
        return IntStream.range(0, vocabulary)
                .reduce((a, b) -> logits[row * stride() + b] > logits[row * stride() + a] ? b : a)
                .orElseThrow();
    }

    /// As `struct Rule`.
    private static MemorySegment rule(
            float temperature, int topK, float topP, float minP, boolean greedy) {
        var rule = MemorySegment.ofArray(new int[RULE_BYTES / Integer.BYTES]);
        rule.set(JAVA_FLOAT, 0, 1);
        rule.set(JAVA_FLOAT, 12, temperature);
        rule.set(JAVA_FLOAT, 16, topP);
        rule.set(JAVA_FLOAT, 20, minP);
        rule.set(JAVA_INT, 24, topK);
        rule.set(JAVA_INT, 28, greedy ? 1 : 0);
        rule.set(JAVA_INT, 40, -1);
        return rule;
    }

    private void sample(String what, List<? extends LogitsRule> rules, MemorySegment rule) {
        var logits = bench.normal(rows * stride());
        var words = new int[rows * RULE_BYTES / Integer.BYTES];
        var records = new int[rows * 8];
        for (int r = 0; r < rows; r++) {
            rule.set(JAVA_LONG_UNALIGNED, 32, 1000L + r);
            MemorySegment.copy(
                    rule, 0, MemorySegment.ofArray(words), (long) r * RULE_BYTES, RULE_BYTES);
            records[r * 8 + 5] = r % 5;
        }
        long in = bench.floats(logits);
        long best = bench.zeros((long) rows * Long.BYTES);
        long ruleList = bench.integers(words);
        long rowList = bench.integers(records);
        long chosen = bench.zeros((long) rows * Integer.BYTES);
        var launch = new Launch(rows, 1, 1, 1024, 0, true, 1);
        var launched =
                new Arguments()
                        .addresses(in, rowList, best, ruleList, 0, chosen)
                        .integers(rows, vocabulary, 0);
        bench.launch("sample", launch, launched);
        var mine = bench.readIntegers(chosen, rows);
        var candidates = new Candidates(vocabulary);
        int wrong = 0;
        for (int r = 0; r < rows; r++) {
            var row = Arrays.copyOfRange(logits, r * stride(), r * stride() + vocabulary);
            var sampler =
                    new Sampler(List.copyOf(rules), rules.isEmpty(), 1000L + r, new History());
            wrong += sampler.choose(row, candidates, true, r % 5) == mine[r] ? 0 : 1;
        }
        bench.report(
                "sample",
                what + ", " + rows + " of " + vocabulary,
                wrong / (double) rows,
                bench.millis("sample", launch, launched),
                4.0 * rows * vocabulary);
        bench.free(in, best, ruleList, rowList, chosen);
    }

    private void route() {
        var scores = bench.normal(tokens * EXPERTS);
        int pairs = tokens * CHOSEN;
        int mostGroups = Math.min(pairs, EXPERTS + pairs / TILE);
        long in = bench.floats(scores);
        long expert = bench.zeros(4L * pairs);
        long weight = bench.zeros(4L * pairs);
        long slotRow = bench.zeros(4L * pairs);
        long slotOf = bench.zeros(4L * pairs);
        long groups = bench.zeros(16L * mostGroups);
        double routed =
                bench.millis(
                        "route",
                        new Launch(tokens, 1, 1, 32, 0, true, 1),
                        new Arguments()
                                .addresses(in, expert, weight)
                                .integers(tokens, EXPERTS, CHOSEN, 1));
        double grouped =
                bench.millis(
                        "group",
                        new Launch(1, 1, 1, 1024, (EXPERTS + 1) * 8, true, 1),
                        new Arguments()
                                .addresses(expert, slotRow, slotOf, groups)
                                .integers(pairs, CHOSEN, EXPERTS, TILE, mostGroups));
        var experts = bench.readIntegers(expert, pairs);
        var weights = bench.read(weight, pairs, true);
        String of = tokens + " rows, " + CHOSEN + " of " + EXPERTS;
        bench.report("route", of, routeError(scores, experts, weights), routed, 0);
        bench.report(
                "group",
                of,
                groupError(
                        experts,
                        bench.readIntegers(slotRow, pairs),
                        bench.readIntegers(slotOf, pairs),
                        bench.readIntegers(groups, 4 * mostGroups)),
                grouped,
                0);
        bench.free(in, expert, weight, slotRow, slotOf, groups);
    }

    /// 1 if an expert differs, otherwise how far the weights are from softmax's, made to sum to 1.
    private double routeError(float[] scores, int[] experts, float[] weights) {
        var twin = new float[weights.length];
        for (int t = 0; t < tokens; t++) {
            int from = t * EXPERTS;
            var order =
                    IntStream.range(0, EXPERTS)
                            .boxed()
                            .sorted((a, b) -> Float.compare(scores[from + b], scores[from + a]))
                            .limit(CHOSEN)
                            .toList();
            double sum = order.stream().mapToDouble(e -> Math.exp(scores[from + e])).sum();
            for (int j = 0; j < CHOSEN; j++) {
                if (experts[t * CHOSEN + j] != order.get(j)) {
                    return 1;
                }
                twin[t * CHOSEN + j] = (float) (Math.exp(scores[from + order.get(j)]) / sum);
            }
        }
        return Bench.error(weights, twin);
    }

    /// Share of pairs that are not exactly once in a tile of their expert, with their row.
    private static double groupError(int[] experts, int[] slotRow, int[] slotOf, int[] groups) {
        var expertOfSlot = new int[experts.length];
        Arrays.fill(expertOfSlot, -1);
        for (int g = 0; g < groups.length / 4; g++) {
            for (int i = 0; i < groups[4 * g + 2]; i++) {
                expertOfSlot[groups[4 * g + 1] + i] = groups[4 * g];
            }
        }
        var taken = new boolean[experts.length];
        int wrong = 0;
        for (int p = 0; p < experts.length; p++) {
            int slot = slotOf[p];
            boolean good =
                    !taken[slot] && slotRow[slot] == p / CHOSEN && expertOfSlot[slot] == experts[p];
            taken[slot] = true;
            wrong += good ? 0 : 1;
        }
        return wrong / (double) experts.length;
    }

    private void combine() {
        int pairs = tokens * CHOSEN;
        var x = bench.normal(tokens * WIDTH);
        var y = bench.normal(pairs * WIDTH);
        var weights = bench.normal(pairs);
        var slots = IntStream.range(0, pairs).map(p -> (p * 7 + 3) % pairs).toArray();
        long stream = bench.floats(x);
        long in = bench.floats(y);
        long weight = bench.floats(weights);
        long slotOf = bench.integers(slots);
        var launch = new Launch(tokens, 1, 1, 256, 0, true, 1);
        var launched =
                new Arguments()
                        .addresses(stream, in, slotOf, weight)
                        .real(0.5f)
                        .integers(1, tokens, CHOSEN, WIDTH);
        bench.launch("combine", launch, launched);
        var mine = bench.read(stream, x.length, true);
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < WIDTH; i++) {
                double sum = 0;
                for (int j = 0; j < CHOSEN; j++) {
                    int pair = t * CHOSEN + j;
                    sum += (double) weights[pair] * y[slots[pair] * WIDTH + i];
                }
                x[t * WIDTH + i] += (float) (0.5 * sum);
            }
        }
        bench.report(
                "combine",
                tokens + " × " + WIDTH + ", " + CHOSEN + " each",
                Bench.error(mine, x),
                bench.millis("combine", launch, launched),
                4.0 * (2 * x.length + y.length));
        bench.free(stream, in, weight, slotOf);
    }
}
