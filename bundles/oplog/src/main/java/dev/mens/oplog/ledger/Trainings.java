package dev.mens.oplog.ledger;

import dev.mens.oplog.Ledger;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpEntry;
import dev.mens.oplog.Projection;
import dev.mens.oplog.entry.EntryCodec;
import dev.mens.storage.Cbor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Loss curves and checkpoints of training sessions. Where entries disagree, the choice depends on
/// what they say, not on which came first.
public final class Trainings implements Projection {
    private final Map<UUID, Session> sessions = new HashMap<>();

    private static final class Session {
        private Op.@Nullable TrainingStarted started;
        private Op.@Nullable TrainingCheckpoint checkpoint;
        private final TreeMap<Long, Double> losses = new TreeMap<>();
        /// Only steps that it divides are kept; a power of two.
        private long stride = 1;

        void start(Op.TrainingStarted op) {
            boolean first = started == null || text(op).compareTo(text(started)) < 0;
            started = first ? op : started;
        }

        void checkpoint(Op.TrainingCheckpoint op) {
            boolean later =
                    checkpoint == null
                            || op.step() > checkpoint.step()
                            || op.step() == checkpoint.step()
                                    && op.bundle().compareTo(checkpoint.bundle()) < 0;
            checkpoint = later ? op : checkpoint;
        }

        void loss(long step, double loss) {
            if (step % stride != 0) {
                return;
            }
            losses.merge(step, loss, Math::min);
            while (losses.size() > Ledger.LOSSES) {
                stride *= 2;
                losses.keySet().removeIf(kept -> kept % stride != 0);
            }
        }

        private static String text(Op op) {
            return op.toString();
        }
    }

    @Override
    public String name() {
        return "trainings";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void apply(OpEntry entry) {
        if (entry.op() instanceof Op.TrainingStarted op) {
            session(op.session()).start(op);
        } else if (entry.op() instanceof Op.ReducedGradient op) {
            session(op.session()).loss(op.step(), op.loss());
        } else if (entry.op() instanceof Op.TrainingCheckpoint op) {
            session(op.session()).checkpoint(op);
        }
    }

    public Optional<Ledger.Training> of(UUID id) {
        return Optional.ofNullable(sessions.get(id))
                .map(
                        session ->
                                new Ledger.Training(
                                        id,
                                        Optional.ofNullable(session.started),
                                        session.losses,
                                        Optional.ofNullable(session.checkpoint)));
    }

    @Override
    public byte[] snapshot() {
        var map = new HashMap<String, Object>();
        sessions.forEach((id, session) -> map.put(id.toString(), encode(session)));
        return Cbor.encode(map);
    }

    private static Map<String, Object> encode(Session session) {
        var map = new HashMap<String, Object>();
        if (session.started != null) {
            map.put("started", EntryCodec.encode(session.started));
        }
        if (session.checkpoint != null) {
            map.put("checkpoint", EntryCodec.encode(session.checkpoint));
        }
        var losses = new HashMap<String, Object>();
        session.losses.forEach((step, loss) -> losses.put(step.toString(), Double.toString(loss)));
        map.put("losses", losses);
        map.put("stride", session.stride);
        return map;
    }

    @Override
    public void restore(byte[] snapshot) {
        sessions.clear();
        States.map(snapshot)
                .forEach(
                        (id, state) -> {
                            var name = UUID.fromString(States.as(String.class, id));
                            restore(session(name), States.map(state));
                        });
    }

    private static void restore(Session session, Map<?, ?> state) {
        if (state.containsKey("started")) {
            var op = EntryCodec.decode("training-started", state.get("started"));
            session.started = States.as(Op.TrainingStarted.class, op);
        }
        if (state.containsKey("checkpoint")) {
            var op = EntryCodec.decode("training-checkpoint", state.get("checkpoint"));
            session.checkpoint = States.as(Op.TrainingCheckpoint.class, op);
        }
        States.map(state.get("losses"))
                .forEach(
                        (step, loss) ->
                                session.losses.put(
                                        Long.valueOf(States.as(String.class, step)),
                                        Double.valueOf(States.as(String.class, loss))));
        session.stride = States.as(Long.class, state.get("stride"));
    }

    private Session session(UUID id) {
        return sessions.computeIfAbsent(id, _ -> new Session());
    }
}
