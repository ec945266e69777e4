package dev.mens.policy.donation;

import dev.mens.mesh.PeerId;
import dev.mens.mesh.TaskKind;
import dev.mens.mesh.Workload;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;

/// A workload as bytes: integers big-endian, text as `DataOutput.writeUTF` writes it, in the order
/// of the record's components without the requester, which is who the link's other end is.
final class WorkloadWire {
    private WorkloadWire() {}

    static void write(Workload work, DataOutput out) throws IOException {
        out.writeUTF(work.kind().tag());
        out.writeInt(work.minCudaTier());
        out.writeInt(work.minMetalTier());
        out.writeLong(work.acceleratorBytes());
        out.writeLong(work.memoryBytes());
        out.writeUTF(work.privacy());
        out.writeBoolean(work.sensitive());
        out.writeBoolean(work.nsfw());
        out.writeUTF(work.scope());
        out.writeInt(work.priority());
        out.writeInt(work.replicas());
        out.writeLong(work.longest().toSeconds());
    }

    static Workload read(DataInput in, PeerId requester) throws IOException {
        var kind = TaskKind.parse(in.readUTF());
        if (kind.isEmpty()) {
            throw new IOException("a peer asks for work of an unknown kind");
        }
        try {
            return new Workload(
                    kind.get(),
                    requester,
                    in.readInt(),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    in.readUTF(),
                    in.readBoolean(),
                    in.readBoolean(),
                    in.readUTF(),
                    in.readInt(),
                    in.readInt(),
                    Duration.ofSeconds(in.readLong()));
        } catch (IllegalArgumentException outOfRange) {
            throw new IOException("a peer's workload is out of range", outOfRange);
        }
    }
}
