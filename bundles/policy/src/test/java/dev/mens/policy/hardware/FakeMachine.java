package dev.mens.policy.hardware;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A machine made of recorded files and outputs.
final class FakeMachine implements Machine {
    private final String os;
    private final String architecture;
    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> outputs = new HashMap<>();
    private List<CudaDevice> devices = List.of();
    private IOException driverFault = new CudaDriver.NoDriverException("libcuda.so.1 is missing");

    private FakeMachine(String os, String architecture) {
        this.os = os;
        this.architecture = architecture;
    }

    static FakeMachine linux() {
        return new FakeMachine("Linux", "amd64");
    }

    static FakeMachine mac() {
        return new FakeMachine("Mac OS X", "aarch64");
    }

    static FakeMachine other() {
        return new FakeMachine("Plan 9", "mips");
    }

    FakeMachine with(String path, String text) {
        files.put(path, text);
        return this;
    }

    FakeMachine printing(String command, String output) {
        outputs.put(command, output);
        return this;
    }

    FakeMachine withCuda(CudaDevice... found) {
        devices = List.of(found);
        driverFault = null;
        return this;
    }

    FakeMachine withFaultyCuda(IOException fault) {
        driverFault = fault;
        return this;
    }

    @Override
    public String os() {
        return os;
    }

    @Override
    public String architecture() {
        return architecture;
    }

    @Override
    public int processors() {
        return 3;
    }

    @Override
    public long memoryBytes() {
        return 5L << 30;
    }

    @Override
    public Optional<String> read(String path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public List<String> list(String folder) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(folder + "/"))
                .map(path -> path.substring(folder.length() + 1).split("/")[0])
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public String run(String... command) throws IOException {
        var output = outputs.get(String.join(" ", command));
        if (output == null) {
            throw new IOException(command[0] + " ended with code 1");
        }
        return output;
    }

    @Override
    public List<CudaDevice> cudaDevices() throws IOException {
        if (driverFault != null) {
            throw driverFault;
        }
        return devices;
    }
}
