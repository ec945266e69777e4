package dev.mens.backend.cpu.scalar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mens.backend.cpu.KernelsContract;
import dev.mens.compute.Kernels;
import dev.mens.compute.Network.Activation;
import dev.mens.compute.Network.Rope;
import org.junit.jupiter.api.Test;

final class ScalarKernelsTest implements KernelsContract {
    @Override
    public Kernels kernels() {
        return new ScalarKernels();
    }

    @Test
    void a_quarter_turn_swaps_the_halves_of_a_pair() {
        var quarter = new Rope(new float[] {(float) (Math.PI / 2)}, 2, null, 0);
        var head = new float[] {3, 4, 5};
        ScalarMath.rotate(quarter, false, 1, head, 0);
        assertArrayEquals(new float[] {-8, 6, 5}, head, 1e-5f);
    }

    @Test
    void the_error_function_has_its_tabulated_values() {
        assertEquals(0.5204998778130465, ScalarMath.erf(0.5), 1e-15);
        assertEquals(-0.9953222650189527, ScalarMath.erf(-2), 1e-15);
        assertEquals(0.9999999845827421, ScalarMath.erf(4), 1e-15);
    }

    @Test
    void activations_have_their_tabulated_values() {
        assertEquals(0.7310585786300049, ScalarMath.activate(Activation.SILU, 1), 1e-15);
        assertEquals(0.8413447460685429, ScalarMath.activate(Activation.GELU, 1), 1e-15);
        assertEquals(0.8411919906082768, ScalarMath.activate(Activation.GELU_TANH, 1), 1e-12);
        assertEquals(0, ScalarMath.activate(Activation.RELU, -1));
    }

    @Test
    void the_weights_of_a_softmax_sum_to_one_however_large_its_scores() {
        var scores = new double[] {1000, 1000, -1000};
        ScalarMath.softmax(scores, 3);
        assertArrayEquals(new double[] {0.5, 0.5, 0}, scores, 1e-15);
    }
}
