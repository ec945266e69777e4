package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class AttendsTest {
    /// Of an H100's processor, and what the driver takes of it for each block.
    private static final int PROCESSOR_BYTES = 228 << 10;

    private static final int DRIVER_BYTES = 1 << 10;

    @Test
    void two_blocks_of_a_large_step_share_a_processor() {
        // What the compiler says that the kernels have besides.
        int small = Attends.decodeBytes(64, 4, 1) + 3456 + DRIVER_BYTES;
        int large = Attends.decodeBytes(128, 4, 1) + 5888 + DRIVER_BYTES;
        assertTrue(2 * small <= PROCESSOR_BYTES, small + " bytes");
        assertTrue(2 * large <= PROCESSOR_BYTES, large + " bytes");
    }
}
