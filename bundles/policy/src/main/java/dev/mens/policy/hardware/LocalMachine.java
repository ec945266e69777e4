package dev.mens.policy.hardware;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The machine that this JVM runs on.
final class LocalMachine implements Machine {
    /// The processor list of the largest servers takes a few hundred KiB.
    private static final int MAX_TEXT_BYTES = 4 << 20;

    @Override
    public String os() {
        return System.getProperty("os.name", "");
    }

    @Override
    public String architecture() {
        return System.getProperty("os.arch", "");
    }

    @Override
    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public long memoryBytes() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    @Override
    public Optional<String> read(String path) {
        try (var file = Files.newInputStream(Path.of(path))) {
            var bytes = file.readNBytes(MAX_TEXT_BYTES);
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> list(String folder) {
        try (var entries = Files.list(Path.of(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Ends the command when the probe's time is up, which is an interrupt.
    @Override
    public String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            var printed = Drain.of(output, MAX_TEXT_BYTES);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(command[0] + " ended with code " + code);
            }
            return printed.text();
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public List<CudaDevice> cudaDevices() throws IOException {
        return CudaDriver.open().devices();
    }
}
