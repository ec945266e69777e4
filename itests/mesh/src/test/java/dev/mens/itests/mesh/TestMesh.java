package dev.mens.itests.mesh;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// Some nodes that form one mesh, on the loopback unless they were started elsewhere.
final class TestMesh implements AutoCloseable {
    /// Five are promised, on a machine that is not as busy as one that tests.
    private static final int AGREED_SECONDS = 15;

    private final Path folder;
    private final List<MeshNode> nodes = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>();
    private boolean wired;

    TestMesh(Path folder) {
        this.folder = folder;
    }

    /// From now on there is a wire in front of every node that comes.
    void useWires() {
        wired = true;
    }

    /// The first node, which founds the mesh.
    ///
    /// @param up words after `vox mesh up`
    MeshNode found(String name, String... up) throws IOException, InterruptedException {
        var node = add(MeshNode.start(folder, name));
        var words = new ArrayList<>(List.of("mesh", "up"));
        words.addAll(place(node));
        words.addAll(List.of(up));
        node.json(words.toArray(String[]::new));
        return node;
    }

    /// A further node, invited by one that is there.
    MeshNode join(String name, MeshNode inviter) throws IOException, InterruptedException {
        var node = add(MeshNode.start(folder, name));
        join(node, inviter);
        return node;
    }

    void join(MeshNode node, MeshNode inviter) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of("mesh", "join", inviter.invite()));
        words.addAll(place(node));
        node.json(words.toArray(String[]::new));
    }

    private List<String> place(MeshNode node) throws IOException {
        int port = MeshNode.freePort();
        var words = new ArrayList<>(List.of("--node", node.name(), "--bind", "127.0.0.1:" + port));
        if (wired) {
            wires.add(new Wire(port));
            words.addAll(List.of("--advertise", wires.getLast().address()));
        }
        return words;
    }

    MeshNode add(MeshNode node) {
        nodes.add(node);
        return node;
    }

    List<MeshNode> nodes() {
        return nodes;
    }

    /// From now on no node reaches another.
    void cut() {
        wires.forEach(Wire::cut);
    }

    void heal() {
        wires.forEach(Wire::heal);
    }

    /// Everything that has passed.
    String recorded() {
        var all = new StringBuilder();
        wires.forEach(wire -> all.append(wire.recorded()));
        return all.toString();
    }

    void awaitAgreement() throws Exception {
        awaitAgreement(nodes.toArray(MeshNode[]::new));
    }

    /// Waits until every node sees exactly these.
    void awaitAgreement(MeshNode... all) throws Exception {
        var names = new TreeSet<String>();
        for (var node : all) {
            names.add(node.name());
        }
        for (var node : all) {
            node.awaitPeers(Await.PATIENCE, names);
        }
    }

    /// Kills all nodes, starts them again, and prints how long after the last one's ready line all
    /// of them agree on who is there.
    @SuppressWarnings("SystemOut")
    void restart(String profile) throws Exception {
        for (var node : nodes) {
            node.kill();
        }
        for (var node : nodes) {
            node.start();
        }
        long ready = System.nanoTime();
        awaitAgreement();
        double seconds = (System.nanoTime() - ready) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "discovery by %s: agreed %.1f s after the last was ready%n",
                profile,
                seconds);
        assertTrue(seconds < AGREED_SECONDS, () -> profile + " took " + seconds + " s");
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(MeshNode::close);
        for (var wire : wires) {
            wire.close();
        }
    }
}
