package dev.mens.backend.cuda.program;

import dev.mens.backend.cuda.gpu.GpuFacts;
import java.util.ArrayList;
import java.util.List;

/// Memory that products use and leave to the next.
///
/// @param widened room for the largest matrix in bf16
/// @param partial scratch of split products, and their counters
/// @param squares what products hand over besides rows
record Scratch(long widened, long partial, long arrived, long squares) {
    /// The largest scratch that products of these matrices take: bytes of sums, and of counters.
    ///
    /// @param rows of experts' matrices, the most that are multiplied at a time
    static long[] bytes(
            List<DeviceMatrix> matrices,
            List<DeviceLayer.DeviceExperts> experts,
            int rows,
            int hidden,
            GpuFacts device) {
        var plans = new ArrayList<LinearPlan>();
        for (int count = 1; count <= LinearPlan.MOST_ROWS; count++) {
            for (var matrix : matrices) {
                int n = matrix.rows();
                for (boolean gated : new boolean[] {false, true}) {
                    boolean integers = matrix.type().integers();
                    int k = matrix.columns();
                    plans.add(LinearPlan.of(count, n, k, gated, 0, integers, device));
                }
            }
            for (var mixture : experts) {
                int pairs = rows * mixture.chosen();
                int groups = Products.groups(pairs, mixture.experts(), LinearPlan.tile(count));
                int inner = mixture.inner();
                plans.add(LinearPlan.of(count, 2 * inner, hidden, true, groups, false, device));
                plans.add(LinearPlan.of(count, hidden, inner, false, groups, false, device));
            }
        }
        return new long[] {
            plans.stream().mapToLong(LinearPlan::partialBytes).max().orElse(0),
            plans.stream().mapToLong(LinearPlan::arrivedBytes).max().orElse(0)
        };
    }
}
