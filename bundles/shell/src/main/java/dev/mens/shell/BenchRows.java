package dev.mens.shell;

import dev.mens.inference.bench.BenchReport;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// What `vox bench` prints for people.
final class BenchRows {
    private BenchRows() {}

    record Shown(
            String model,
            String weights,
            String backend,
            String threads,
            Optional<Duration> firstToken,
            String memoryLimit,
            String computeLimit,
            List<Row> measured) {}

    /// @param spread lowest and highest of the repetitions
    record Row(
            String test,
            String tokensPerSecond,
            String spread,
            String read,
            String ofMemoryLimit,
            String computed,
            String ofComputeLimit) {}

    static Shown of(BenchReport report) {
        return new Shown(
                report.model(),
                report.quantization() + ", " + Tables.bytes(report.weightBytes()),
                report.backend() + ", " + report.kernels(),
                report.threads() == 0 ? "the backend's own" : Integer.toString(report.threads()),
                report.firstToken(),
                report.limits().map(limits -> giga(limits.bytesPerSecond(), "GB/s")).orElse("-"),
                report.limits().map(limits -> giga(limits.flopsPerSecond(), "GFLOP/s")).orElse("-"),
                report.measurements().stream().map(BenchRows::row).toList());
    }

    private static Row row(BenchReport.Measurement measured) {
        var rates = measured.repetitions().stream().mapToDouble(rate -> rate).summaryStatistics();
        return new Row(
                test(measured),
                number(measured.tokensPerSecond()),
                number(rates.getMin()) + " to " + number(rates.getMax()),
                measured.bytesPerSecond() == 0 ? "-" : giga(measured.bytesPerSecond(), "GB/s"),
                percent(measured.memoryShare()),
                giga(measured.flopsPerSecond(), "GFLOP/s"),
                percent(measured.computeShare()));
    }

    private static String test(BenchReport.Measurement measured) {
        return switch (measured.kind()) {
            case PREFILL -> "prefill " + measured.tokens();
            case DECODE -> "decode " + measured.tokens();
            case STREAMS -> measured.streams() + " streams, " + measured.tokens() + " each";
        };
    }

    private static String giga(double value, String unit) {
        return number(value / 1e9) + " " + unit;
    }

    private static String percent(OptionalDouble share) {
        return share.isEmpty() ? "-" : Math.round(100 * share.getAsDouble()) + " %";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
    }
}
