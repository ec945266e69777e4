package dev.mens.itests.bench;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// Runs {@link MultiplyBench} with JMH's own options, for instance
/// `-Dbench.args="-p dtype=Q4_0 -p rows=1"`.
public final class Kernels {
    private Kernels() {}

    public static void main(String[] options) throws CommandLineOptionException, RunnerException {
        new Runner(
                        new OptionsBuilder()
                                .parent(new CommandLineOptions(options))
                                .include(MultiplyBench.class.getName())
                                .build())
                .run();
    }
}
