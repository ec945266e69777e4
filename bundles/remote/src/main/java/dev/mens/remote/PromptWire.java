package dev.mens.remote;

import dev.mens.inference.Prompt;
import dev.mens.inference.SamplingParams;
import dev.mens.model.Conversation;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Prompts and sampling rules as bytes.
final class PromptWire {
    private static final int MAX_TOKENS = 4 << 20;
    private static final int MAX_STOPS = 1024;
    private static final int TEXT = 0;
    private static final int CHAT = 1;
    private static final int TOKENS = 2;

    private PromptWire() {}

    static void write(Prompt prompt, DataOutputStream out) throws IOException {
        switch (prompt.input()) {
            case Prompt.Text(var text) -> {
                out.writeByte(TEXT);
                Wire.writeText(out, text);
            }
            case Prompt.Chat(var chat) -> {
                out.writeByte(CHAT);
                ValueWire.write(
                        List.of(chat.messages(), chat.tools(), chat.answer(), chat.extra()), out);
            }
            case Prompt.Tokens(var ids) -> {
                out.writeByte(TOKENS);
                writeIds(ids, out);
            }
        }
        writeIds(prompt.continued(), out);
    }

    static Prompt readPrompt(DataInputStream in) throws IOException {
        var input =
                switch (in.readByte()) {
                    case TEXT -> new Prompt.Text(Wire.readText(in));
                    case CHAT -> new Prompt.Chat(conversation(ValueWire.read(in)));
                    case TOKENS -> new Prompt.Tokens(readIds(in));
                    default -> throw new IOException("a prompt of an unknown kind");
                };
        return new Prompt(input, readIds(in));
    }

    private static Conversation conversation(Object value) throws IOException {
        if (value instanceof List<?> parts
                && parts.size() == 4
                && parts.get(0) instanceof List<?> messages
                && parts.get(1) instanceof List<?> tools
                && parts.get(2) instanceof Boolean answer
                && parts.get(3) instanceof Map<?, ?> extra) {
            return new Conversation(objects(messages), objects(tools), answer, object(extra));
        }
        throw new IOException("a conversation is not one");
    }

    private static List<Map<String, Object>> objects(List<?> values) throws IOException {
        var objects = new ArrayList<Map<String, Object>>();
        for (var value : values) {
            if (!(value instanceof Map<?, ?> object)) {
                throw new IOException("a message or tool is no object");
            }
            objects.add(object(object));
        }
        return objects;
    }

    /// Keys are texts: {@link ValueWire} reads no others.
    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private static void writeIds(List<Integer> ids, DataOutputStream out) throws IOException {
        out.writeInt(ids.size());
        for (int id : ids) {
            out.writeInt(id);
        }
    }

    private static List<Integer> readIds(DataInputStream in) throws IOException {
        int count = Wire.readCount(in, MAX_TOKENS);
        var ids = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            ids.add(in.readInt());
        }
        return ids;
    }

    /// Absent values as NaN, or as the least value of their type.
    static void write(SamplingParams sampling, DataOutputStream out) throws IOException {
        out.writeInt(sampling.maxTokens().orElse(Integer.MIN_VALUE));
        out.writeDouble(sampling.temperature().orElse(Double.NaN));
        out.writeInt(sampling.topK().orElse(Integer.MIN_VALUE));
        out.writeDouble(sampling.topP().orElse(Double.NaN));
        out.writeDouble(sampling.minP().orElse(Double.NaN));
        out.writeDouble(sampling.repetitionPenalty().orElse(Double.NaN));
        out.writeDouble(sampling.frequencyPenalty().orElse(Double.NaN));
        out.writeDouble(sampling.presencePenalty().orElse(Double.NaN));
        out.writeBoolean(sampling.seed().isPresent());
        out.writeLong(sampling.seed().orElse(0));
        out.writeInt(sampling.stop().size());
        for (var stop : sampling.stop()) {
            Wire.writeText(out, stop);
        }
        out.writeInt(sampling.logprobs());
        out.writeBoolean(sampling.ignoreEnd());
    }

    /// @throws dev.mens.diagnostics.ProblemException vox/inference/bad-sampling
    static SamplingParams readSampling(DataInputStream in) throws IOException {
        return new SamplingParams(
                readInt(in),
                readDouble(in),
                readInt(in),
                readDouble(in),
                readDouble(in),
                readDouble(in),
                readDouble(in),
                readDouble(in),
                readSeed(in),
                readStops(in),
                in.readInt(),
                in.readBoolean());
    }

    private static OptionalInt readInt(DataInputStream in) throws IOException {
        int value = in.readInt();
        return value == Integer.MIN_VALUE ? OptionalInt.empty() : OptionalInt.of(value);
    }

    private static OptionalDouble readDouble(DataInputStream in) throws IOException {
        double value = in.readDouble();
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static OptionalLong readSeed(DataInputStream in) throws IOException {
        boolean given = in.readBoolean();
        long seed = in.readLong();
        return given ? OptionalLong.of(seed) : OptionalLong.empty();
    }

    private static List<String> readStops(DataInputStream in) throws IOException {
        int count = Wire.readCount(in, MAX_STOPS);
        var stops = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            stops.add(Wire.readText(in));
        }
        return stops;
    }
}
