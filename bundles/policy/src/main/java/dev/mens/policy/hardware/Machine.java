package dev.mens.policy.hardware;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The machine as probes see it, so that tests can show them another one.
interface Machine {

    /// As the JVM names it: `Linux`, `Mac OS X`.
    String os();

    /// As the JVM names it: `amd64`, `aarch64`.
    String architecture();

    /// What the JVM counts, for machines that no probe knows.
    int processors();

    /// What the JVM counts, for machines that no probe knows.
    long memoryBytes();

    /// A small text file; empty if it is not there or may not be read.
    Optional<String> read(String path);

    /// Names in a folder, sorted; none if it is not there.
    List<String> list(String folder);

    /// What a command prints.
    ///
    /// @throws IOException if it is missing or fails
    String run(String... command) throws IOException, InterruptedException;

    /// The devices of the CUDA driver.
    ///
    /// @throws IOException if the driver library is missing or refuses
    List<CudaDevice> cudaDevices() throws IOException;

    /// @param driver version of the driver's interface: `13.0`
    record CudaDevice(String name, long memoryBytes, int major, int minor, String driver) {}

    default boolean isLinux() {
        return os().equals("Linux");
    }

    default boolean isMac() {
        return os().startsWith("Mac");
    }
}
