package dev.mens.cluster.trust;

import dev.mens.mesh.MeshProblem;
import dev.mens.storage.Cbor;
import dev.mens.storage.CborFields;
import dev.mens.storage.DurableFiles;
import dev.mens.storage.FramedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The invitations that this node has made. Each admits one peer, which survives restarts because
/// its use is on the disk before the peer is admitted. Thread-safe.
public final class Invitations {
    private static final FramedFile FORMAT =
            new FramedFile("INVI", 1, MeshProblem.STATE_DAMAGED, MeshProblem.STATE_DAMAGED);
    private static final int TICKET_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final int MAX_OPEN = 1000;

    /// How long it is still known why an invitation is no good.
    private static final Duration MEMORY = Duration.ofDays(30);

    /// @param expires milliseconds since 1970
    public record Open(byte[] ticket, byte[] secret, long expires) {}

    private record Kept(byte[] secret, long expires, boolean used) {}

    private final Path file;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Kept> all = new LinkedHashMap<>();

    public Invitations(Path file, Clock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        if (Files.exists(file)) {
            read();
        }
    }

    public synchronized Open make(Duration validity) throws IOException {
        forgetOld();
        var open =
                new Open(
                        bytes(TICKET_BYTES),
                        bytes(SECRET_BYTES),
                        clock.millis() + validity.toMillis());
        all.put(hex(open.ticket()), new Kept(open.secret(), open.expires(), false));
        write();
        return open;
    }

    /// What the bearer of a ticket must prove to know.
    ///
    /// @throws dev.mens.diagnostics.ProblemException vox/mesh/token-expired or vox/mesh/token-used
    public synchronized byte[] secret(byte[] ticket) {
        return usable(ticket).secret().clone();
    }

    /// Uses a ticket up; of two that try at once, one succeeds.
    ///
    /// @throws dev.mens.diagnostics.ProblemException as {@link #secret}
    public synchronized void redeem(byte[] ticket) throws IOException {
        var kept = usable(ticket);
        all.put(hex(ticket), new Kept(kept.secret(), kept.expires(), true));
        write();
    }

    private Kept usable(byte[] ticket) {
        var kept = all.get(hex(ticket));
        if (kept != null && kept.used()) {
            throw MeshProblem.TOKEN_USED.with();
        }
        if (kept == null || kept.expires() < clock.millis()) {
            throw MeshProblem.TOKEN_EXPIRED.with();
        }
        return kept;
    }

    private void forgetOld() {
        long oldest = clock.millis() - MEMORY.toMillis();
        all.values().removeIf(kept -> kept.expires() < oldest);
        while (all.size() >= MAX_OPEN) {
            all.remove(all.keySet().iterator().next());
        }
    }

    private void read() throws IOException {
        var problem = MeshProblem.BAD_FACTS;
        var decoded = Cbor.decode(FORMAT.read(file), problem);
        var list = CborFields.of(decoded, "invitations", problem, "all").list("all");
        for (var item : list) {
            var fields =
                    CborFields.of(
                            item, "an invitation", problem, "ticket", "secret", "expires", "used");
            all.put(
                    hex(fields.bytes("ticket")),
                    new Kept(
                            fields.bytes("secret"),
                            fields.number("expires", Long.MAX_VALUE),
                            fields.number("used", 1) == 1));
        }
    }

    private void write() throws IOException {
        List<Map<String, Object>> list =
                all.entrySet().stream()
                        .map(
                                entry ->
                                        Map.<String, Object>of(
                                                "ticket",
                                                HexFormat.of().parseHex(entry.getKey()),
                                                "secret",
                                                entry.getValue().secret(),
                                                "expires",
                                                entry.getValue().expires(),
                                                "used",
                                                entry.getValue().used() ? 1L : 0L))
                        .toList();
        DurableFiles.createFolders(file.getParent());
        DurableFiles.write(file, FORMAT.frame(Cbor.encode(Map.of("all", list))));
    }

    private byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
