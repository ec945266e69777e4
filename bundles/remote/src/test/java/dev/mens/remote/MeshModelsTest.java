package dev.mens.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshModelsTest {
    /// A mesh whose one peer says what it has only when it has been asked for the third time.
    private static final class LateOffer extends Peers.NoSharing {
        private int asked;

        @Override
        public List<Offer> offers() {
            asked++;
            return isSaid()
                    ? List.of(new Offer(Peers.BUNDLE, "tiny", 5, List.of(Peers.THERE)))
                    : List.of();
        }

        boolean isSaid() {
            return asked >= 3;
        }

        Peers.Facts inventory() {
            return new Peers.Facts() {
                @Override
                public boolean isComplete() {
                    return isSaid();
                }
            };
        }
    }

    @Test
    void a_model_is_found_though_the_peer_that_has_it_was_only_just_met() throws Exception {
        try (var peers = new Peers()) {
            var late = new LateOffer();
            var models = new MeshModels(late, peers.links, late.inventory(), Path.of("models"));
            var found = models.find("tiny").orElseThrow();
            assertEquals(Peers.BUNDLE.toString(), found.id());
            assertEquals(Peers.MODEL.facts(), found.facts());
            assertEquals(found, models.find("1212").orElseThrow());
        }
    }

    @Test
    void nobody_is_waited_for_once_all_peers_have_said_what_they_have() throws Exception {
        try (var peers = new Peers()) {
            var late = new LateOffer();
            var models = new MeshModels(late, peers.links, new Peers.Facts(), Path.of("models"));
            assertTrue(models.find("tiny").isEmpty());
            assertEquals(1, late.asked);
        }
    }
}
