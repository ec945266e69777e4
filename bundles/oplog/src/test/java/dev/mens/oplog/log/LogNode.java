package dev.mens.oplog.log;

import dev.mens.crypto.hashes.Hashes;
import dev.mens.crypto.identity.Ed25519Verifier;
import dev.mens.crypto.identity.FileIdentity;
import dev.mens.oplog.OpEntry;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/// A node's identity and log in a folder.
public final class LogNode implements AutoCloseable {
    public final Path home;
    public final Trust trust;
    public final SegmentedOpLog log;

    public LogNode(Path home) throws IOException {
        this(home, Clock.systemUTC(), Duration.ofDays(30));
    }

    LogNode(Path home, Clock clock, Duration trainingRetention) throws IOException {
        this.home = home;
        this.trust =
                new Trust(new Hashes(), new FileIdentity(context(home)), new Ed25519Verifier());
        // The identity is made in the background; whoever deletes the folder must not meet it.
        trust.signer().publicKey();
        this.log = new SegmentedOpLog(Optional.of(folder()), trust, clock, trainingRetention);
    }

    public Path folder() {
        return home.resolve("oplog");
    }

    /// All entries in the order in which they came.
    List<OpEntry> all() throws IOException {
        var all = new ArrayList<OpEntry>();
        long next = 0;
        for (var some = log.read(next, 1000); !some.isEmpty(); some = log.read(next, 1000)) {
            some.forEach(placed -> all.add(placed.entry()));
            next = some.getLast().position() + 1;
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    private static BundleContext context(Path home) {
        return (BundleContext)
                Proxy.newProxyInstance(
                        LogNode.class.getClassLoader(),
                        new Class<?>[] {BundleContext.class},
                        (_, method, arguments) -> {
                            boolean asked = method.getName().equals("getProperty");
                            return asked && arguments[0].equals("mens.home")
                                    ? home.toString()
                                    : null;
                        });
    }
}
