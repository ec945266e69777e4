package dev.mens.backend.cpu.limits;

import dev.mens.backend.cpu.team.Team;
import dev.mens.backend.cpu.vector.Matrices;
import dev.mens.compute.DType;
import dev.mens.inference.bench.Limits;
import dev.mens.model.Quantization;

/// Measures both limits with a team of its own.
public final class MachineLimits {
    private MachineLimits() {}

    public static Limits measure(Matrices matrices, Quantization quantization, int threads)
            throws InterruptedException {
        try (var team = new Team(threads)) {
            return new Limits(
                    ReadTime.bytesPerSecond(team),
                    MultiplyTime.flopsPerSecond(team, matrices, dtype(quantization)));
        }
    }

    /// What most of a model's matrices are.
    private static DType dtype(Quantization quantization) {
        return switch (quantization) {
            case F32, MIXED -> DType.F32;
            case F16 -> DType.F16;
            case BF16 -> DType.BF16;
            case Q8_0 -> DType.Q8_0;
            case Q6_K -> DType.Q6_K;
            case Q5_K_M -> DType.Q5_K;
            case Q5_1 -> DType.Q5_1;
            case Q5_0 -> DType.Q5_0;
            case Q4_K_M -> DType.Q4_K;
            case Q4_1 -> DType.Q4_1;
            case Q4_0 -> DType.Q4_0;
            case Q3_K_M -> DType.Q3_K;
            case Q2_K -> DType.Q2_K;
            case NF4 -> DType.NF4;
        };
    }
}
