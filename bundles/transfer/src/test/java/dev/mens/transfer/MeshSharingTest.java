package dev.mens.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mens.content.SignedManifest;
import dev.mens.content.manifest.ManifestCodec;
import dev.mens.crypto.ChunkTree;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Donations;
import dev.mens.mesh.ModelSharing.Progress;
import dev.mens.oplog.Op;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MeshSharingTest {
    private static final int MIB = 1 << 20;

    @TempDir Path folder;
    private final TestMesh mesh = new TestMesh();
    private TestPeer a;
    private TestPeer b;
    private TestPeer c;

    @BeforeEach
    void threePeers() throws IOException {
        a = new TestPeer(mesh, folder.resolve("a"));
        b = new TestPeer(mesh, folder.resolve("b"));
        c = new TestPeer(mesh, folder.resolve("c"));
    }

    @Test
    void what_one_pushes_another_pulls_by_name_or_hash_and_can_give_on() throws Exception {
        var model = a.store("story", 3 * MIB);
        a.sharing.push(model);
        var pulled = b.sharing.pull("story", _ -> {});
        assertEquals(model.id(), pulled.id());
        assertEquals(List.of(), b.store.verify(pulled.id(), (_, _, _) -> {}));
        mesh.lose(a.id);
        var third = c.sharing.pull(model.id().toString().substring(0, 8), _ -> {});
        assertEquals(List.of(), c.store.verify(third.id(), (_, _, _) -> {}));
        assertTrue(b.log.contains(new Op.BundleAvailable(model.id(), true)));
    }

    @Test
    void what_nobody_pushed_is_not_to_be_had() throws Exception {
        var model = a.store("private", MIB);
        var refused =
                assertThrows(ProblemException.class, () -> b.sharing.pull("private", _ -> {}));
        assertEquals(TransferProblem.NOT_OFFERED, refused.problem());
        assertFalse(refused.getMessage().contains("did you mean"), refused.getMessage());
        // Even a peer that knows the hash gets nothing.
        var around = mesh.links.of(b.id).open(a.id, ChunkWire.NAME);
        ChunkWire.writeBundle(new java.io.DataOutputStream(around.output()), model.id());
        assertEquals(ChunkWire.NOT_HERE, around.input().read());
    }

    @Test
    void a_removed_model_is_offered_no_more() throws Exception {
        var model = a.store("story", MIB);
        a.sharing.push(model);
        a.store.remove(model.id());
        a.sharing.push(a.store("other", MIB));
        assertEquals(
                List.of("other"), b.sharing.offers().stream().map(offer -> offer.name()).toList());
    }

    @Test
    void a_pulled_model_takes_no_name_that_another_has_here() throws Exception {
        var own = b.store("story", 5);
        a.sharing.push(a.store("story", MIB));
        var pulled = b.sharing.pull("story", _ -> {});
        assertEquals("story-" + pulled.id().shortHex(), pulled.title());
        assertEquals(own.id(), b.store.match("story").getFirst().id());
    }

    @Test
    void a_forged_manifest_is_refused() throws Exception {
        var model = a.store("story", MIB);
        a.sharing.push(model);
        var forged = mesh.manifests.get(model.id()).clone();
        forged[forged.length / 2] ^= 1;
        mesh.manifests.put(model.id(), forged);
        assertThrows(ProblemException.class, () -> b.sharing.pull("story", _ -> {}));
        assertEquals(List.of(), b.store.list());
    }

    @Test
    void a_manifest_of_another_bundle_is_refused() throws Exception {
        var story = a.store("story", MIB);
        var other = a.store("other", MIB);
        a.sharing.push(story);
        a.sharing.push(other);
        mesh.manifests.put(story.id(), mesh.manifests.get(other.id()));
        var refused = assertThrows(ProblemException.class, () -> b.sharing.pull("story", _ -> {}));
        assertEquals(TransferProblem.NO_MANIFEST, refused.problem());
        assertEquals(List.of(), b.store.list());
    }

    @Test
    void a_manifest_that_claims_too_much_is_refused_before_a_byte_comes() throws Exception {
        var model = a.store("story", MIB);
        a.sharing.push(model);
        refuses(
                TransferProblem.NO_ROOM,
                a.claiming(model, new ChunkTree(1L << 42, 1 << 26, new byte[32 << 16])));
        refuses(
                TransferProblem.TOO_LARGE,
                a.claiming(model, new ChunkTree(1 << 30, 1 << 30, new byte[32])));
        assertEquals(List.of(), a.sharing.traffic());
    }

    private void refuses(TransferProblem problem, SignedManifest claim) {
        mesh.manifests.put(claim.manifest().bundle().bundle(), ManifestCodec.encode(claim));
        var refused = assertThrows(ProblemException.class, () -> b.sharing.pull("story", _ -> {}));
        assertEquals(problem, refused.problem());
    }

    @Test
    void a_corrupt_chunk_is_an_entry_that_names_its_sender() throws Exception {
        var model = a.store("story", 2 * MIB);
        a.sharing.push(model);
        var sound = c.sharing.pull("story", _ -> {});
        Swarm.damage(model.folder().resolve("model.safetensors"), MIB + 7);
        Swarm.damage(model.folder().resolve("model.safetensors"), 7);
        var pulled = b.sharing.pull("story", _ -> {});
        assertEquals(sound.id(), pulled.id());
        assertEquals(List.of(), b.store.verify(pulled.id(), (_, _, _) -> {}));
        // Unless the other holder was faster with both chunks.
        var blames = b.log.stream().filter(Op.Blame.class::isInstance).toList();
        long refused = b.sharing.traffic().stream().mapToLong(t -> t.refusedChunks()).sum();
        assertEquals(refused, blames.size());
        for (var op : blames) {
            var blame = assertInstanceOf(Op.Blame.class, op);
            assertEquals(
                    a.id,
                    dev.mens.mesh.PeerId.of(blame.peer(), new dev.mens.crypto.hashes.Hashes()));
            assertTrue(blame.detail().contains("model.safetensors"), blame.detail());
        }
    }

    @Test
    void two_that_wait_for_one_model_share_the_transfer() throws Exception {
        a.sharing.push(a.store("story", 8 * MIB));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> b.sharing.pull("story", _ -> {}));
            var second = threads.submit(() -> b.sharing.pull("story", _ -> {}));
            assertEquals(first.get().id(), second.get().id());
        }
        long sent = a.sharing.traffic().stream().mapToLong(t -> t.sentBytes()).sum();
        assertTrue(sent < 9L * MIB, sent + " bytes");
    }

    @Test
    void replicating_makes_peers_pull_until_there_are_copies_enough() throws Exception {
        var model = a.store("story", MIB);
        assertEquals(2, a.sharing.replicate(model, 3).size());
        assertTrue(b.store.find(model.id()).isPresent());
        assertTrue(c.store.find(model.id()).isPresent());
        var tooMany = assertThrows(ProblemException.class, () -> a.sharing.replicate(model, 4));
        assertEquals(TransferProblem.TOO_FEW_COPIES, tooMany.problem());
    }

    @Test
    void a_small_model_is_held_twice_once_it_is_pushed_and_a_large_one_is_not() throws Exception {
        var careful = new TestPeer(mesh, folder.resolve("d"), 2);
        var model = careful.store("story", MIB);
        var holders = careful.sharing.push(model);
        assertEquals(1, holders.size());
        mesh.lose(careful.id);
        var last = holders.getFirst().equals(c.id) ? b : c;
        assertEquals(model.id(), last.sharing.pull("story", _ -> {}).id());
        assertEquals(List.of(), careful.sharing.push(careful.store("large", 65 * MIB)));
    }

    @Test
    void a_policy_that_shuts_a_peer_out_or_is_unsound_takes_no_copy() throws Exception {
        var model = a.store("story", MIB);
        b.policy = TestPeer.denying(a.id);
        c.policy = new Donations.Unsound("", List.of("line 1: why"));
        var refused = assertThrows(ProblemException.class, () -> a.sharing.replicate(model, 2));
        assertTrue(refused.getMessage().contains("shuts this node out"), refused.getMessage());
        assertTrue(refused.getMessage().contains("not sound"), refused.getMessage());
    }

    @Test
    void a_name_that_is_nearly_one_of_those_on_offer_gets_a_hint() throws Exception {
        a.sharing.push(a.store("story", MIB));
        var refused = assertThrows(ProblemException.class, () -> b.sharing.pull("storyy", _ -> {}));
        assertTrue(refused.getMessage().contains("did you mean story?"), refused.getMessage());
    }

    @Test
    void a_pull_tells_how_far_it_is() throws Exception {
        a.sharing.push(a.store("story", 4 * MIB));
        var told = new CopyOnWriteArrayList<Progress>();
        b.sharing.pull("story", told::add);
        assertTrue(told.stream().anyMatch(progress -> progress.step().equals("check")));
        assertTrue(told.stream().anyMatch(progress -> progress.step().equals("pull")));
    }
}
