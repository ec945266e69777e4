package dev.mens.cluster.links;

import dev.mens.cluster.gate.Guest;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/// Connections that are being made. A peer that hangs accepts them, because its kernel does, and
/// then says nothing; whoever waits for it is told when the group has noticed.
final class Dials {
    private final Map<PeerId, Set<CompletableFuture<Guest>>> waiting = new ConcurrentHashMap<>();

    /// @throws IOException if the peer cannot be reached, or is cut meanwhile
    Guest dial(PeerStreams.Dialling dialling, PeerId peer, byte[] protocol) throws IOException {
        var answered = new CompletableFuture<Guest>();
        waiting.compute(
                peer,
                (_, others) -> {
                    var all =
                            others == null
                                    ? ConcurrentHashMap.<CompletableFuture<Guest>>newKeySet()
                                    : others;
                    all.add(answered);
                    return all;
                });
        var dialler =
                Thread.ofVirtual()
                        .name("mens-dial-" + peer.abbreviated())
                        .inheritInheritableThreadLocals(false)
                        .start(() -> run(dialling, peer, protocol, answered));
        try {
            return answered.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while dialling " + peer.abbreviated());
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Throwable e -> throw new AssertionError("only these are recorded", e);
            }
        } finally {
            answered.cancel(false);
            dialler.interrupt();
            waiting.computeIfPresent(
                    peer,
                    (_, others) -> {
                        others.remove(answered);
                        return others.isEmpty() ? null : others;
                    });
        }
    }

    private static void run(
            PeerStreams.Dialling dialling,
            PeerId peer,
            byte[] protocol,
            CompletableFuture<Guest> answered) {
        try {
            var guest = dialling.dial(peer, protocol);
            if (!answered.complete(guest)) {
                guest.cut();
            }
        } catch (IOException | RuntimeException e) {
            answered.completeExceptionally(e);
        }
    }

    /// The peer has left.
    void cut(PeerId peer) {
        var gone = new IOException(peer.abbreviated() + " has left the mesh");
        for (var answered : waiting.getOrDefault(peer, Set.of())) {
            answered.completeExceptionally(gone);
        }
    }
}
