package dev.mens.dispatch;

import dev.mens.compute.HardwareReport;
import dev.mens.inference.BackendCapabilities;
import dev.mens.inference.TokenEvent;
import dev.mens.inference.TokenStream;
import dev.mens.model.Model;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// Models, machines and settings that the tests share.
final class Fixtures {
    static final long GIB = 1L << 30;
    static final Model SMALL = model("small", 5 << 20, Quantization.F32);

    /// Seven billion weights in Q4.
    static final Model SEVEN_B = model("7b", 4 * GIB, Quantization.Q4_K_M);

    private Fixtures() {}

    static Model model(String name, long weightBytes, Quantization quantization) {
        return new Model(
                name,
                "id-" + name,
                Path.of(name),
                new ModelFacts("llama", 1, weightBytes, 4096, 1024, quantization, false));
    }

    static BackendCapabilities capabilities(int cudaTier, int metalTier, long memoryBytes) {
        return new BackendCapabilities(
                cudaTier, metalTier, memoryBytes, 0, true, Set.of(), "fixture");
    }

    static HardwareReport machine(HardwareReport.Accelerator... accelerators) {
        return new HardwareReport(
                Instant.EPOCH,
                new HardwareReport.Processor("fixture", "amd64", 8, 32 * GIB, List.of()),
                List.of(accelerators),
                tier("cuda", accelerators),
                tier("metal", accelerators),
                List.of());
    }

    private static int tier(String kind, HardwareReport.Accelerator... accelerators) {
        return List.of(accelerators).stream()
                .filter(device -> device.kind().equals(kind))
                .mapToInt(HardwareReport.Accelerator::tier)
                .max()
                .orElse(0);
    }

    static HardwareReport.Accelerator cuda(int tier, long memoryBytes) {
        return new HardwareReport.Accelerator("cuda", "fixture", memoryBytes, "1", tier);
    }

    static HardwareReport.Accelerator metal(int tier, long memoryBytes) {
        return new HardwareReport.Accelerator("metal", "fixture", memoryBytes, "1", tier);
    }

    static RoutingDispatcher dispatcher(FakeBackend... backends) {
        return dispatcher(64, Duration.ofSeconds(20), backends);
    }

    static RoutingDispatcher dispatcher(int maxStreams, Duration grace, FakeBackend... backends) {
        var settings = new Settings(Duration.ofMinutes(5), maxStreams, grace);
        var dispatcher = new RoutingDispatcher(settings, InstantSource.system());
        for (var backend : backends) {
            dispatcher.addBackend(backend);
        }
        return dispatcher;
    }

    /// Everything up to the end, the end's piece too.
    static String text(TokenStream stream) throws Exception {
        var text = new StringBuilder();
        while (true) {
            switch (stream.next()) {
                case TokenEvent.Token token -> text.append(token.piece());
                case TokenEvent.End end -> {
                    return text.append(end.piece()).toString();
                }
            }
        }
    }

    /// What {@link FakeBackend} says when nothing befalls it.
    static String counted(int tokens) {
        var text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append(' ').append(i);
        }
        return text.append('.').toString();
    }
}
