package dev.mens.backend.cuda.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.backend.cuda.program.DeviceLayer.DeviceExperts;
import dev.mens.compute.DType;
import dev.mens.compute.Network;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class NetworkLayoutTest {
    @Test
    void queries_keys_and_values_are_rows_of_one_matrix() {
        var attention = layout(TestNetworks.llama(1)).network().layers().getFirst().attention();
        assertEquals(1, attention.project().parts().size());
        assertEquals(6 * 64, attention.project().outputs());
    }

    @Test
    void what_is_quantized_differently_lies_apart() {
        var attention = layout(TestNetworks.mixed()).network().layers().getFirst().attention();
        var types = attention.project().parts().stream().map(DeviceMatrix::type).toList();
        assertEquals(3, types.size());
        assertEquals(WeightType.Q6_K, types.getLast());
    }

    @Test
    void tied_weights_are_there_once() {
        var network = layout(TestNetworks.llama(1)).network();
        assertEquals(
                Objects.requireNonNull(network.embedding()).tokens().quants(),
                Objects.requireNonNull(network.head()).weight().parts().getFirst().quants());
    }

    @Test
    void rows_of_the_head_beyond_the_vocabulary_are_left_out() {
        var head = Objects.requireNonNull(layout(TestNetworks.llama(1)).network().head());
        assertEquals(TestNetworks.VOCABULARY, head.weight().outputs());
    }

    @Test
    void experts_lie_behind_each_other_gates_first() {
        var mixer = layout(TestNetworks.experts()).network().layers().getFirst().mixer();
        var experts = assertInstanceOf(DeviceExperts.class, mixer);
        assertEquals(4 * 2 * 512, experts.up().rows());
        assertEquals(4 * TestNetworks.HIDDEN, experts.down().rows());
    }

    @Test
    void a_range_has_the_embedding_or_the_head_or_neither() {
        var network = TestNetworks.llama(3);
        var middle = new NetworkLayout(network, 1, 2, Precision.FAST, 0).network();
        assertNull(middle.embedding());
        assertNull(middle.head());
        assertNotNull(new NetworkLayout(network, 0, 1, Precision.FAST, 0).network().embedding());
        assertNotNull(new NetworkLayout(network, 2, 3, Precision.FAST, 0).network().head());
    }

    @Test
    void what_is_counted_first_is_what_is_taken_later() {
        var network = TestNetworks.mixed();
        var counted = layout(network);
        var placed = new NetworkLayout(network, 0, 1, Precision.FAST, 1L << 40);
        assertEquals(counted.bytes(), placed.bytes());
        long end =
                placed.uploads().stream()
                        .mapToLong(upload -> upload.to().quants() + upload.to().bytes())
                        .max()
                        .orElseThrow();
        assertTrue(end <= (1L << 40) + placed.bytes());
    }

    @Test
    void a_type_without_kernels_becomes_the_compute_type() {
        assertEquals(WeightType.BF16, WeightType.of(DType.Q5_K, Precision.FAST));
        assertEquals(WeightType.F32, WeightType.of(DType.Q5_K, Precision.EXACT));
    }

    private static NetworkLayout layout(Network network) {
        return new NetworkLayout(network, 0, network.layers().size(), Precision.FAST, 0);
    }
}
