package dev.mens.content.catalog;

import dev.mens.content.ContentId;
import dev.mens.content.ContentProblem;
import dev.mens.content.ContentStore;
import dev.mens.content.Manifest;
import dev.mens.content.ModelBundle;
import dev.mens.content.Provenance;
import dev.mens.content.SignedManifest;
import dev.mens.content.StoredModel;
import dev.mens.content.WeightFormat;
import dev.mens.crypto.PublicKey;
import dev.mens.model.Quantization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bundles by name and hash; their hashes count up from zero.
final class FakeContentStore implements ContentStore {
    private final List<StoredModel> models = new ArrayList<>();
    boolean missing;

    StoredModel with(String name, Path folder) {
        var bytes = new byte[ContentId.BYTES];
        bytes[5] = (byte) models.size();
        var id = new ContentId(bytes);
        var bundle =
                new ModelBundle(
                        id, List.of(), id, id, id, new WeightFormat.Single(), Quantization.F32);
        var manifest =
                new Manifest(
                        bundle,
                        List.of(),
                        new Provenance(Instant.EPOCH, "source", id, "huggingface", "", List.of()));
        var signed =
                new SignedManifest(
                        manifest, new PublicKey(new byte[PublicKey.BYTES]), new byte[64]);
        models.add(new StoredModel(signed, List.of(name), folder));
        return models.getLast();
    }

    @Override
    public List<StoredModel> list() {
        if (missing) {
            throw ContentProblem.NO_HOME.with();
        }
        return models;
    }

    @Override
    public List<StoredModel> match(String reference) {
        return list().stream()
                .filter(
                        model ->
                                model.names().contains(reference)
                                        || model.id().toString().startsWith(reference))
                .toList();
    }

    @Override
    public Optional<StoredModel> find(ContentId bundle) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StoredModel add(Path folder, SignedManifest manifest, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> verify(ContentId bundle, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> verifyAll(Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Freed remove(ContentId bundle) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean unname(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Freed collect() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Staging stage(String key) {
        throw new UnsupportedOperationException();
    }
}
