package dev.mens.policy.donation;

import dev.mens.mesh.TaskKind;
import java.util.EnumMap;
import java.util.Map;

/// How many jobs of each kind run for peers. Guarded by itself.
final class RunningJobs {
    private final Map<TaskKind, Integer> running = new EnumMap<>(TaskKind.class);

    int of(TaskKind kind) {
        return running.getOrDefault(kind, 0);
    }

    void begin(TaskKind kind) {
        running.merge(kind, 1, Integer::sum);
    }

    void end(TaskKind kind) {
        running.merge(kind, -1, Integer::sum);
    }
}
