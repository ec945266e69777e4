package dev.mens.remote;

import dev.mens.diagnostics.Blame;
import dev.mens.diagnostics.Problem;
import dev.mens.diagnostics.ProblemException;
import dev.mens.inference.TokenEvent;
import dev.mens.model.ModelFacts;
import dev.mens.model.Quantization;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a peer answers.
sealed interface Reply {
    /// Of a sampling rule's limit.
    int MAX_ALTERNATIVES = 100;

    /// It is at work.
    record Alive() implements Reply {}

    /// The model is there.
    record Ready() implements Reply {}

    record Facts(String name, ModelFacts facts) implements Reply {}

    record Event(TokenEvent event) implements Reply {}

    /// Its policy refuses.
    record Refused(String reason) implements Reply {}

    /// Something is wrong with the request or the model.
    record Faulty(String id, Blame blame, String facts, String remedy) implements Reply {
        static Faulty of(ProblemException e) {
            var problem = e.problem();
            return new Faulty(problem.id(), problem.blame(), e.facts(), problem.remedy());
        }

        ProblemException problem() {
            return new PeersProblem(id, remedy, blame).with(facts);
        }
    }

    /// Its backend went away; another may go on.
    record Lost(String reason) implements Reply {}

    /// A problem that a peer found, in its words.
    record PeersProblem(String id, String remedy, Blame blame) implements Problem {
        @Override
        public String facts() {
            return "%s";
        }
    }

    static void write(Reply reply, DataOutputStream out) throws IOException {
        switch (reply) {
            case Alive() -> out.writeByte(Wire.ALIVE);
            case Ready() -> out.writeByte(Wire.READY);
            case Facts(var name, var facts) -> {
                out.writeByte(Wire.FACTS);
                Wire.writeText(out, name);
                writeFacts(facts, out);
            }
            case Event(TokenEvent.Token token) -> writeToken(token, out);
            case Event(TokenEvent.End end) -> writeEnd(end, out);
            case Refused(var reason) -> {
                out.writeByte(Wire.REFUSED);
                Wire.writeText(out, reason);
            }
            case Faulty(var id, var blame, var facts, var remedy) -> {
                out.writeByte(Wire.PROBLEM);
                Wire.writeText(out, id);
                Wire.writeText(out, blame.name());
                Wire.writeText(out, facts);
                Wire.writeText(out, remedy);
            }
            case Lost(var reason) -> {
                out.writeByte(Wire.LOST);
                Wire.writeText(out, reason);
            }
        }
    }

    static Reply read(DataInputStream in) throws IOException {
        return switch (in.readUnsignedByte()) {
            case Wire.ALIVE -> new Alive();
            case Wire.READY -> new Ready();
            case Wire.FACTS -> new Facts(Wire.readText(in), readFacts(in));
            case Wire.TOKEN -> new Event(readToken(in));
            case Wire.END -> new Event(readEnd(in));
            case Wire.REFUSED -> new Refused(Wire.readText(in));
            case Wire.PROBLEM ->
                    new Faulty(
                            Wire.readText(in),
                            readConstant(in, Blame.values()),
                            Wire.readText(in),
                            Wire.readText(in));
            case Wire.LOST -> new Lost(Wire.readText(in));
            default -> throw new IOException("a peer says what nobody knows");
        };
    }

    private static void writeToken(TokenEvent.Token token, DataOutputStream out)
            throws IOException {
        out.writeByte(Wire.TOKEN);
        out.writeInt(token.id());
        Wire.writeText(out, token.piece());
        out.writeFloat(token.logprob());
        out.writeInt(token.alternatives().size());
        for (var other : token.alternatives()) {
            out.writeInt(other.id());
            Wire.writeText(out, other.text());
            out.writeFloat(other.logprob());
        }
    }

    private static TokenEvent.Token readToken(DataInputStream in) throws IOException {
        int id = in.readInt();
        var piece = Wire.readText(in);
        float logprob = in.readFloat();
        int count = Wire.readCount(in, MAX_ALTERNATIVES);
        var others = new ArrayList<TokenEvent.Alternative>();
        for (int i = 0; i < count; i++) {
            others.add(new TokenEvent.Alternative(in.readInt(), Wire.readText(in), in.readFloat()));
        }
        return new TokenEvent.Token(id, piece, logprob, List.copyOf(others));
    }

    private static void writeEnd(TokenEvent.End end, DataOutputStream out) throws IOException {
        out.writeByte(Wire.END);
        Wire.writeText(out, end.reason().name());
        Wire.writeText(out, end.piece());
        out.writeInt(end.usage().promptTokens());
        out.writeInt(end.usage().generatedTokens());
        out.writeLong(end.usage().prefill().toNanos());
        out.writeLong(end.usage().decode().toNanos());
    }

    private static TokenEvent.End readEnd(DataInputStream in) throws IOException {
        return new TokenEvent.End(
                readConstant(in, TokenEvent.Reason.values()),
                Wire.readText(in),
                new TokenEvent.Usage(
                        in.readInt(),
                        in.readInt(),
                        Duration.ofNanos(in.readLong()),
                        Duration.ofNanos(in.readLong())));
    }

    private static void writeFacts(ModelFacts facts, DataOutputStream out) throws IOException {
        Wire.writeText(out, facts.family());
        out.writeLong(facts.parameters());
        out.writeLong(facts.weightBytes());
        out.writeInt(facts.contextTokens());
        out.writeLong(facts.keyValueBytesPerToken());
        Wire.writeText(out, facts.quantization().name());
        out.writeBoolean(facts.encoder());
    }

    private static ModelFacts readFacts(DataInputStream in) throws IOException {
        return new ModelFacts(
                Wire.readText(in),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                readConstant(in, Quantization.values()),
                in.readBoolean());
    }

    private static <E extends Enum<E>> E readConstant(DataInputStream in, E[] values)
            throws IOException {
        var name = Wire.readText(in);
        for (var value : values) {
            if (value.name().equals(name)) {
                return value;
            }
        }
        throw new IOException("a peer says what nobody knows");
    }
}
