package dev.mens.backend.cuda.gpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A machine of {@link RecordedGpu}s with a bounded memory.
public final class RecordedGpus implements Gpus {
    private final List<GpuFacts> devices = new ArrayList<>();
    private final long[] free;
    private String failAt = "";
    private int failCode;
    private int failures;
    public final List<RecordedGpu> opened = new ArrayList<>();

    public RecordedGpus(long... memoryBytes) {
        free = memoryBytes.clone();
        for (int i = 0; i < free.length; i++) {
            devices.add(new GpuFacts(i, "Recorded", 90, 132, 232448, free[i]));
        }
    }

    /// Has the next calls whose record begins so fail.
    public void fail(String beginning, int code, int times) {
        failAt = beginning;
        failCode = code;
        failures = times;
    }

    void failIfAsked(String call) {
        if (failures > 0 && call.startsWith(failAt)) {
            failures--;
            throw new GpuException(call, failCode, "as the test asked");
        }
    }

    public List<GpuFacts> devices() {
        return devices;
    }

    public long freeBytes(int device) {
        return free[device];
    }

    public long freeBytes() {
        return Arrays.stream(free).sum();
    }

    void take(int device, long bytes) {
        if (bytes > free[device]) {
            throw new GpuException("allocate", 2, "out of memory");
        }
        free[device] -= bytes;
    }

    void give(int device, long bytes) {
        free[device] += bytes;
    }

    /// The one opened last.
    public RecordedGpu last() {
        return opened.getLast();
    }

    @Override
    public Probed probe() {
        return new Probed.Found(devices, "13.0");
    }

    @Override
    public Gpu open(int ordinal) {
        failIfAsked("open");
        var gpu = new RecordedGpu(devices.get(ordinal), this);
        opened.add(gpu);
        return gpu;
    }

    @Override
    public void close() {}
}
