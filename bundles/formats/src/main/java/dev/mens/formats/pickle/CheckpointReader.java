package dev.mens.formats.pickle;

import dev.mens.compute.DType;
import dev.mens.diagnostics.ProblemException;
import dev.mens.formats.BoundedChannelStream;
import dev.mens.formats.FormatProblem;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/// Reads what the pickles of one PyTorch file say and where its storages lie: zip archives
/// (since 1.6, and TorchScript) and the legacy stream of pickles.
///
/// @see <a href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">the
///     formats</a>
final class CheckpointReader {
    /// `0x1950a86a20f9469cfc6c`, as LONG1 after PROTO 2.
    private static final byte[] LEGACY = {
        (byte) 0x80,
        2,
        (byte) 0x8a,
        10,
        0x6c,
        (byte) 0xfc,
        (byte) 0x9c,
        0x46,
        (byte) 0xf9,
        0x20,
        0x6a,
        (byte) 0xa8,
        0x50,
        0x19,
        '.'
    };
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    private final FileChannel channel;
    private final String file;

    private CheckpointReader(FileChannel channel, String file) {
        this.channel = channel;
        this.file = file;
    }

    /// Where a storage lies.
    record Extent(long offset, long bytes) {}

    /// One pickle with the storages that it names.
    ///
    /// @param name `data`, or `constants` of a TorchScript archive
    record Root(String name, PickleValue value, Map<String, Extent> storages) {}

    static List<Root> read(FileChannel channel, String file) throws IOException {
        return new CheckpointReader(channel, file).read();
    }

    private List<Root> read() throws IOException {
        var start = new byte[LEGACY.length];
        channel.read(ByteBuffer.wrap(start), 0);
        if (start[0] == 'P' && start[1] == 'K') {
            return zip();
        }
        return List.of(Arrays.equals(start, LEGACY) ? legacy() : bare());
    }

    private List<Root> zip() throws IOException {
        var members = ZipDirectory.read(channel, file);
        var main =
                members.keySet().stream()
                        .filter(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
                        .min((a, b) -> Integer.compare(a.length(), b.length()))
                        .orElseThrow(() -> bad("it has no data.pkl"));
        var prefix = main.substring(0, main.length() - "data.pkl".length());
        requireLittleEndian(Optional.ofNullable(members.get(prefix + "byteorder")));
        var roots = new ArrayList<Root>();
        for (var name : List.of("data", "constants")) {
            var pickle = members.get(prefix + name + ".pkl");
            if (pickle != null) {
                var value = PickleMachine.read(PickleInput.of(content(pickle), file));
                roots.add(new Root(name, value, storages(members, prefix + name + "/")));
            }
        }
        return roots;
    }

    private void requireLittleEndian(Optional<ZipDirectory.Member> order) throws IOException {
        if (order.isPresent()
                && new String(content(order.get()), StandardCharsets.UTF_8).strip().equals("big")) {
            throw bad("its numbers are big-endian");
        }
    }

    private byte[] content(ZipDirectory.Member member) throws IOException {
        if (member.bytes() > PickleInput.MAX_BYTES
                || member.packedBytes() > PickleInput.MAX_BYTES) {
            throw FormatProblem.PICKLE_LIMIT.with(
                    file, member.name() + " of " + member.bytes() + " bytes");
        }
        long offset = ZipDirectory.dataOffset(channel, file, member);
        try (var packed = new BoundedChannelStream(channel, offset, member.packedBytes())) {
            return switch (member.method()) {
                case STORED -> packed.readAllBytes();
                case DEFLATED -> inflated(packed, member);
                default -> throw bad(member.name() + " is packed by a method unknown here");
            };
        }
    }

    /// The size in the directory is only a claim.
    private byte[] inflated(InputStream packed, ZipDirectory.Member member) throws IOException {
        var inflater = new Inflater(true);
        try (var stream = new InflaterInputStream(packed, inflater)) {
            var bytes = new ByteArrayOutputStream();
            var buffer = new byte[1 << 16];
            for (int got = stream.read(buffer); got >= 0; got = stream.read(buffer)) {
                bytes.write(buffer, 0, got);
                if (bytes.size() > member.bytes()) {
                    throw bad(member.name() + " is larger than the directory says");
                }
            }
            return bytes.toByteArray();
        } catch (ZipException | EOFException damaged) {
            throw FormatProblem.BAD_ARCHIVE.because(
                    damaged, file, member.name() + " cannot be unpacked");
        } finally {
            inflater.end();
        }
    }

    private Map<String, Extent> storages(Map<String, ZipDirectory.Member> members, String folder)
            throws IOException {
        var storages = new HashMap<String, Extent>();
        for (var member : members.values()) {
            if (member.name().startsWith(folder)) {
                if (member.method() != STORED) {
                    throw bad("its tensors are compressed, which PyTorch never does");
                }
                long offset = ZipDirectory.dataOffset(channel, file, member);
                storages.put(
                        member.name().substring(folder.length()),
                        new Extent(offset, member.packedBytes()));
            }
        }
        return storages;
    }

    /// Magic, protocol, sizes of the writer's types, the checkpoint, the keys of the storages;
    /// then each storage as a count of elements and the elements.
    private Root legacy() throws IOException {
        var in = PickleInput.of(channel, file, 0, channel.size());
        PickleMachine.read(in);
        PickleMachine.read(in);
        var system = PickleMachine.read(in);
        if (system instanceof PickleValue.Fields fields
                && fields.values.get("little_endian") instanceof PickleValue.Truth(boolean little)
                && !little) {
            throw bad("its numbers are big-endian");
        }
        var value = PickleMachine.read(in);
        var keys = PickleMachine.read(in);
        var known = new HashMap<String, PickleValue.Storage>();
        PickleTree.storages(value, known);
        if (!(keys instanceof PickleValue.Items items)) {
            throw bad("the list of its storages is missing");
        }
        var storages = new HashMap<String, Extent>();
        long position = in.position();
        for (var key : items.values) {
            if (!(key instanceof PickleValue.Text(var name))) {
                throw bad("a storage has no name");
            }
            var storage = known.get(name);
            if (storage == null) {
                throw bad("the storage " + name + " is used by no tensor, so its size is unknown");
            }
            long elements = littleLong(position);
            long bytes = bytes(storage.dtype() == null ? DType.U8 : storage.dtype(), elements);
            if (bytes < 0 || bytes > channel.size() - position - 8) {
                throw bad("the storage " + name + " goes beyond the end");
            }
            storages.put(name, new Extent(position + 8, bytes));
            position += 8 + bytes;
        }
        return new Root("data", value, storages);
    }

    private static long bytes(DType dtype, long elements) {
        return elements < 0 || elements > Long.MAX_VALUE / 8 ? -1 : dtype.bytes(elements);
    }

    private long littleLong(long position) throws IOException {
        var in = PickleInput.of(channel, file, position, 8);
        return in.little(8);
    }

    /// A pickle without an archive can hold no tensors, but may still say what it is.
    private Root bare() throws IOException {
        var in = PickleInput.of(channel, file, 0, channel.size());
        return new Root("data", PickleMachine.read(in), Map.of());
    }

    private ProblemException bad(String why) {
        return FormatProblem.BAD_ARCHIVE.with(file, why);
    }
}
