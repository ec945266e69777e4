package dev.mens.cluster.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jgroups.JChannel;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.junit.jupiter.api.Test;

/// The protocols of the group, without sockets and what is shared.
final class StackTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int FEW = 10;
    private static final int MANY = 100;

    /// Of one member; enough that chance does not matter.
    private static final int HEARD = 100;

    @Test
    @SuppressWarnings("SystemOut")
    void what_a_member_hears_in_a_second_does_not_grow_with_the_group() throws Exception {
        double ofFew = heardPerSecond(FEW);
        double ofMany = heardPerSecond(MANY);
        System.out.printf(
                Locale.ROOT,
                "a member hears %.1f messages a second among %d, %.1f among %d%n",
                ofFew,
                FEW,
                ofMany,
                MANY);
        assertTrue(
                ofMany < 1.5 * ofFew, () -> FEW + " peers: " + ofFew + ", " + MANY + ": " + ofMany);
    }

    private static double heardPerSecond(int members) throws Exception {
        var group = new ArrayList<JChannel>();
        try {
            for (int i = 0; i < members; i++) {
                group.add(member("of " + members));
            }
            await(() -> group.stream().allMatch(one -> one.getView().size() == members));
            long before = heard(group);
            long start = System.nanoTime();
            await(() -> heard(group) - before >= (long) HEARD * members);
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            assertEquals(members, group.getFirst().getView().size());
            return (heard(group) - before) / seconds / members;
        } finally {
            group.reversed().forEach(JChannel::close);
        }
    }

    private static JChannel member(String name) throws Exception {
        var transport = new SHARED_LOOPBACK();
        transport.useVirtualThreads(true);
        var channel = new JChannel(Stack.of(transport, new SHARED_LOOPBACK_PING()));
        channel.connect(name);
        transport.getMessageStats().enable(true);
        return channel;
    }

    private static long heard(List<JChannel> group) {
        return group.stream()
                .mapToLong(
                        one ->
                                one.getProtocolStack()
                                        .getTransport()
                                        .getMessageStats()
                                        .getNumMsgsReceived())
                .sum();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "it takes too long");
            Thread.yield();
        }
    }
}
