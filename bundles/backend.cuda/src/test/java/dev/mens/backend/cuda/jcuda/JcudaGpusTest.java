package dev.mens.backend.cuda.jcuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.gpu.Gpus.Probed;
import org.junit.jupiter.api.Test;

/// On this machine, whatever it has.
final class JcudaGpusTest {
    @Test
    void probing_finds_devices_or_says_what_is_missing_and_remembers_it() {
        try (var gpus = new JcudaGpus()) {
            var probed = gpus.probe();
            switch (probed) {
                case Probed.Found found -> assertFalse(found.devices().isEmpty());
                case Probed.Nothing(var diagnostic) -> {
                    assertTrue(diagnostic.startsWith("vox/cuda/"), diagnostic);
                    assertTrue(diagnostic.contains("Remedy: "), diagnostic);
                }
            }
            assertSame(probed, gpus.probe());
        }
    }
}
