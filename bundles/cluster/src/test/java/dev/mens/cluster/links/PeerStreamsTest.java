package dev.mens.cluster.links;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PeerStreamsTest {
    private static final PeerId PEER = new PeerId("ab".repeat(32));

    private final PeerStreams streams = new PeerStreams();
    private final CountDownLatch dialled = new CountDownLatch(1);
    private final CountDownLatch givenUp = new CountDownLatch(1);

    /// As a peer that was stopped: it takes the connection and never answers.
    private void attachOneThatHangs() {
        streams.attach(
                (_, _) -> {
                    dialled.countDown();
                    try {
                        new CountDownLatch(1).await();
                        throw new AssertionError("nobody counts");
                    } catch (InterruptedException e) {
                        givenUp.countDown();
                        throw (IOException) new InterruptedIOException().initCause(e);
                    }
                });
    }

    @Test
    void dialling_a_peer_ends_when_the_group_has_lost_it() throws Exception {
        attachOneThatHangs();
        var cutter =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        dialled.await();
                                        streams.cut(PEER);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        var ended = assertThrows(IOException.class, () -> streams.open(PEER, "test/1"));
        assertTrue(ended.getMessage().endsWith("has left the mesh"), ended.getMessage());
        givenUp.await();
        cutter.join();
    }

    @Test
    void dialling_ends_when_the_caller_is_interrupted() throws Exception {
        attachOneThatHangs();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> streams.open(PEER, "test/1"));
        assertTrue(Thread.interrupted(), "the caller still knows");
        givenUp.await();
    }

    @Test
    void whoever_is_in_no_mesh_dials_nobody() {
        var refused = assertThrows(ProblemException.class, () -> streams.open(PEER, "test/1"));
        assertEquals(MeshProblem.UNKNOWN_PEER, refused.problem());
    }
}
