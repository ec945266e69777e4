package dev.mens.console.local;

import dev.mens.console.FrameChannel;
import dev.mens.console.Home;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens for clients from the moment the launcher says that everything is started; ends an
/// ephemeral node when its last client has left.
@Component(
        service = {},
        immediate = true)
public final class SocketConsole {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConsole.class);
    private static final int MAX_CLIENTS = 64;

    /// How long an ephemeral node waits for the client that started it.
    private static final Duration FIRST_CLIENT = Duration.ofSeconds(20);

    private final CommandProcessor processor;
    private final BundleContext context;
    private final Home home;
    private final boolean ephemeral;
    private final OwnerSocket socket;
    private final ServerSocketChannel server;
    private final Set<FrameChannel> clients = new HashSet<>();
    private boolean closing;
    private boolean greeted;

    /// @param started present once all bundles of the installation run
    @Activate
    public SocketConsole(
            BundleContext context,
            @Reference CommandProcessor processor,
            @Reference(target = "(osgi.condition.id=mens.started)") Condition started)
            throws IOException {
        this.context = context;
        this.processor = processor;
        this.home = new Home(Path.of(context.getProperty("mens.home")));
        this.ephemeral = Boolean.parseBoolean(context.getProperty("mens.ephemeral"));
        this.socket = new OwnerSocket(home);
        this.server = socket.listen();
        Thread.ofVirtual().name("console").start(this::accept);
        if (ephemeral) {
            Thread.ofVirtual().name("console-first-client").start(this::awaitFirstClient);
        }
    }

    @Deactivate
    void stop() throws IOException {
        Set<FrameChannel> connected;
        synchronized (clients) {
            closing = true;
            connected = Set.copyOf(clients);
        }
        server.close();
        socket.remove();
        for (var client : connected) {
            client.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                var channel = server.accept();
                if (admit(channel)) {
                    Thread.ofVirtual().name("client").start(() -> serve(channel));
                } else {
                    channel.close();
                }
            }
        } catch (IOException closed) {
            LOG.debug("no longer listening", closed);
        }
    }

    private boolean admit(SocketChannel channel) throws IOException {
        if (!socket.isOwner(channel)) {
            LOG.warn("refused a connection of another user");
            return false;
        }
        synchronized (clients) {
            return !closing && clients.size() < MAX_CLIENTS;
        }
    }

    private void serve(SocketChannel channel) {
        var frames = new FrameChannel(channel);
        synchronized (clients) {
            if (closing) {
                close(frames);
                return;
            }
            clients.add(frames);
            greeted = true;
        }
        try {
            new Connection(frames, processor, home).serve();
        } catch (IOException broken) {
            LOG.info("a client broke off: {}", broken.getMessage());
        } finally {
            close(frames);
            leave(frames);
        }
    }

    private void leave(FrameChannel client) {
        synchronized (clients) {
            clients.remove(client);
            if (!ephemeral || !clients.isEmpty() || closing) {
                return;
            }
            closing = true;
        }
        endNode();
    }

    private void awaitFirstClient() {
        try {
            Thread.sleep(FIRST_CLIENT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (clients) {
            if (greeted || closing) {
                return;
            }
            closing = true;
        }
        endNode();
    }

    private void endNode() {
        try {
            // From now on a client finds no socket, and starts a node of its own.
            server.close();
            socket.remove();
            context.getBundle(0).stop();
        } catch (IOException | BundleException failure) {
            LOG.error("the ephemeral node does not stop", failure);
        }
    }

    private static void close(FrameChannel frames) {
        try {
            frames.close();
        } catch (IOException alreadyClosed) {
            LOG.debug("closing", alreadyClosed);
        }
    }
}
