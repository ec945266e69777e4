package dev.mens.itests.gpu;

import dev.mens.backend.cuda.CudaProblem;
import dev.mens.backend.cuda.gpu.Gpu;
import dev.mens.backend.cuda.gpu.GpuFacts;
import dev.mens.backend.cuda.gpu.Gpus;
import dev.mens.backend.cuda.program.Precision;
import dev.mens.diagnostics.ProblemException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/// Every golden on two devices, of which neither has room for all: so little memory is reported
/// free that its layers are split. A machine with one device counts it twice.
final class Ranges {
    private static final long MOST_BYTES = 4L << 30;

    /// To which the memory is found that splits a network.
    private static final long STEP_BYTES = 16L << 10;

    private final Gpus gpus;
    private final List<GpuFacts> devices;

    Ranges(Gpus gpus, List<GpuFacts> devices) {
        this.gpus = gpus;
        this.devices = List.of(device(devices, 0), device(devices, 1));
    }

    private static GpuFacts device(List<GpuFacts> devices, int number) {
        var real = devices.get(Math.min(number, devices.size() - 1));
        return new GpuFacts(
                number,
                real.name(),
                real.capability(),
                real.processors(),
                real.sharedBytes(),
                real.memoryBytes());
    }

    /// @return whether every golden that can be split is met
    boolean run(Path folder) throws Exception {
        boolean good = true;
        int split = 0;
        for (var golden : Golden.below(folder)) {
            for (var precision : Precision.values()) {
                var bytes = bytesThatSplit(golden, precision);
                if (bytes.isEmpty()) {
                    System.out.println(golden.name() + " cannot be split");
                } else {
                    good &=
                            new Parity(new Tight(bytes.getAsLong()), devices)
                                    .check(golden, precision);
                    split++;
                }
            }
        }
        System.out.println((good ? "ranges: good, " : "ranges: NOT GOOD, ") + split + " splits");
        return good && split > 0;
    }

    /// Between what is too little for one device and what is too little for two.
    private OptionalLong bytesThatSplit(Golden golden, Precision precision) throws Exception {
        long enough = MOST_BYTES;
        long tooLittle = 0;
        while (enough - tooLittle > STEP_BYTES) {
            long bytes = (enough + tooLittle) / 2;
            int used = used(new Tight(bytes), golden, precision);
            if (used == devices.size()) {
                return OptionalLong.of(bytes);
            } else if (used == 1) {
                enough = bytes;
            } else {
                tooLittle = bytes;
            }
        }
        return OptionalLong.empty();
    }

    /// @return how many devices hold layers; none if it does not fit
    private int used(Tight tight, Golden golden, Precision precision) throws Exception {
        try {
            new Parity(tight, devices).load(golden, precision);
            return tight.used.size();
        } catch (ProblemException problem) {
            if (problem.problem() == CudaProblem.TOO_LARGE) {
                return 0;
            }
            throw problem;
        }
    }

    /// Devices that say that they have so much memory left.
    private final class Tight implements Gpus {
        private final long freeBytes;
        private final Set<Integer> used = new ConcurrentSkipListSet<>();

        Tight(long freeBytes) {
            this.freeBytes = freeBytes;
        }

        @Override
        public Probed probe() {
            return gpus.probe();
        }

        @Override
        public Gpu open(int ordinal) {
            var found = (Probed.Found) gpus.probe();
            var gpu = gpus.open(Math.min(ordinal, found.devices().size() - 1));
            InvocationHandler tight =
                    (_, method, arguments) -> {
                        if (method.getName().equals("freeBytes")) {
                            return freeBytes;
                        }
                        if (method.getName().equals("reserve")) {
                            used.add(ordinal);
                        }
                        try {
                            return method.invoke(gpu, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    };
            return (Gpu)
                    Proxy.newProxyInstance(
                            Gpu.class.getClassLoader(), new Class<?>[] {Gpu.class}, tight);
        }

        @Override
        public void close() {}
    }
}
