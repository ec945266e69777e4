package dev.mens.itests.mesh.dropped;

import dev.mens.crypto.Signer;
import dev.mens.oplog.Op;
import dev.mens.oplog.OpLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;

/// Gives the log of a node something to do: appends entries, and writes down the id of each that
/// the log has acknowledged.
public final class Clerk {
    public static final String ACKNOWLEDGED = "acknowledged";

    /// Exists while entries are appended.
    public static final String WORKING = "clerk.working";

    private static final int PAUSE_MILLIS = 50;

    private final Path home;
    private final OpLog log;
    private final Signer signer;
    private final ScheduledExecutorService appending = Executors.newSingleThreadScheduledExecutor();

    public Clerk(BundleContext context, OpLog log, Signer signer) throws IOException {
        this.home = Path.of(context.getProperty("mens.home"));
        this.log = log;
        this.signer = signer;
        Files.writeString(home.resolve(WORKING), "");
        var _ =
                appending.scheduleWithFixedDelay(
                        this::append, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    void stop() throws IOException {
        appending.close();
        Files.delete(home.resolve(WORKING));
    }

    private void append() {
        try {
            var thanks = new Op.Kudos(signer.publicKey(), Op.Kudos.Primitive.BUG_FIX, 1, "an hour");
            var id = log.append(thanks).id() + "\n";
            Files.writeString(
                    home.resolve(ACKNOWLEDGED),
                    id,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
