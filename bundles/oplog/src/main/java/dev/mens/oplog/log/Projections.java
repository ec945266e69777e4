package dev.mens.oplog.log;

import dev.mens.oplog.OpEntry;
import dev.mens.oplog.OpLogProblem;
import dev.mens.oplog.Projection;
import dev.mens.storage.CborFields;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The projections that are attached, and the states that a snapshot left for those that are not
/// yet. Guarded by its monitor: whoever reads a projection's state holds it.
final class Projections {
    private final Map<String, Projection> attached = new TreeMap<>();
    private long applied;

    /// A projection's state in a snapshot.
    record State(long version, byte[] bytes) {}

    /// @throws dev.mens.diagnostics.ProblemException vox/oplog/bad-op if the name is taken
    synchronized void add(Projection projection) {
        if (attached.putIfAbsent(projection.name(), projection) != null) {
            throw OpLogProblem.BAD_OP.with("a projection named " + projection.name() + " is here");
        }
    }

    synchronized void remove(Projection projection) {
        attached.remove(projection.name(), projection);
    }

    /// @param end the position behind the last of the entries
    synchronized void apply(Iterable<OpEntry> entries, long end) {
        for (var entry : entries) {
            attached.values().forEach(projection -> projection.apply(entry));
        }
        applied = end;
    }

    /// The position below which every attached projection has all entries.
    synchronized long applied() {
        return applied;
    }

    /// @return whether the states were all that the attached projections need
    synchronized boolean restore(Map<String, State> states) {
        boolean all = true;
        for (var projection : attached.values()) {
            var state = states.get(projection.name());
            boolean usable = state != null && state.version() == projection.version();
            projection.restore(usable ? state.bytes() : new byte[0]);
            all &= usable;
        }
        return all;
    }

    synchronized Map<String, State> states() {
        var states = new HashMap<String, State>();
        attached.forEach(
                (name, projection) ->
                        states.put(name, new State(projection.version(), projection.snapshot())));
        return states;
    }

    /// The states as canonical CBOR.
    static Map<String, Object> encode(Map<String, State> states) {
        var map = new HashMap<String, Object>();
        states.forEach(
                (name, state) ->
                        map.put(name, Map.of("version", state.version(), "state", state.bytes())));
        return map;
    }

    static Map<String, State> decode(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw OpLogProblem.DAMAGED.with("a snapshot has no states");
        }
        var states = new HashMap<String, State>();
        map.forEach(
                (name, state) -> {
                    var fields =
                            CborFields.of(state, "state", OpLogProblem.DAMAGED, "version", "state");
                    var version = fields.number("version", Long.MAX_VALUE);
                    states.put((String) name, new State(version, fields.bytes("state")));
                });
        return states;
    }
}
