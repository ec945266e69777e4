package dev.mens.itests.mesh;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Some nodes that form one mesh, on the loopback unless they were started elsewhere.
final class TestMesh implements AutoCloseable {
    private final Path folder;
    private final List<MeshNode> nodes = new ArrayList<>();

    TestMesh(Path folder) {
        this.folder = folder;
    }

    /// The first node, which founds the mesh.
    ///
    /// @param up words after `vox mesh up`
    MeshNode found(String name, String... up) throws IOException, InterruptedException {
        var node = add(MeshNode.start(folder, name));
        var words = new ArrayList<>(List.of("mesh", "up", "--node", name));
        words.addAll(List.of("--bind", "127.0.0.1:" + MeshNode.freePort()));
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
        var bind = "127.0.0.1:" + MeshNode.freePort();
        node.json("mesh", "join", inviter.invite(), "--node", node.name(), "--bind", bind);
    }

    MeshNode add(MeshNode node) {
        nodes.add(node);
        return node;
    }

    List<MeshNode> nodes() {
        return nodes;
    }

    /// Waits until every node sees exactly these.
    void awaitAgreement(Duration within, MeshNode... all) throws Exception {
        var names = new TreeSet<String>();
        for (var node : all) {
            names.add(node.name());
        }
        long start = System.nanoTime();
        for (var node : all) {
            var left = within.minusNanos(System.nanoTime() - start);
            Await.until(left, node::peers, (Set<String> seen) -> seen.equals(names));
        }
    }

    @Override
    public void close() {
        nodes.forEach(MeshNode::close);
    }
}
