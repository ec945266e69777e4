package dev.mens.oplog.log;

import dev.mens.oplog.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;

/// A process that appends to a log from three threads until it is killed. Prints the id of each
/// entry once it is acknowledged.
final class LogVictim {
    private LogVictim() {}

    /// @param arguments state folder, seed
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        var node = new LogNode(Path.of(arguments[0]));
        long seed = Long.parseLong(arguments[1]);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 3; i++) {
            var random = new Random(seed + i);
            threads.add(Thread.ofPlatform().start(() -> append(node, random)));
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    @SuppressWarnings("SystemOut")
    private static void append(LogNode node, Random random) {
        try {
            for (; ; ) {
                var ops = new ArrayList<Op>();
                for (int i = random.nextInt(1, 40); i > 0; i--) {
                    ops.add(op(random));
                }
                var ids = new StringBuilder();
                for (var entry : node.log.append(ops)) {
                    ids.append(entry.id()).append('\n');
                }
                // One write, so that lines of threads do not mix.
                System.out.print(ids);
                System.out.flush();
            }
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static Op op(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> Ops.large();
            case 1, 2, 3 -> Ops.shard(random.nextInt(1000));
            default -> Ops.kudos(random.nextInt());
        };
    }
}
