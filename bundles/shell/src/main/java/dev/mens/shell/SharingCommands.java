package dev.mens.shell;

import dev.mens.content.ModelLibrary;
import dev.mens.content.StoredModel;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.ModelSharing;
import dev.mens.mesh.ModelSharing.Progress;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/// `vox model`, as far as peers are concerned.
@Component(service = Noun.class)
@GogoCommand(
        scope = "model",
        function = {"push", "pull", "replicate", "offers", "traffic"})
public final class SharingCommands implements Noun {
    private final ModelLibrary library;
    private final ModelSharing sharing;
    private final Mesh mesh;

    @Activate
    public SharingCommands(
            @Reference ModelLibrary library,
            @Reference ModelSharing sharing,
            @Reference Mesh mesh) {
        this.library = library;
        this.sharing = sharing;
        this.mesh = mesh;
    }

    @Override
    public String summary() {
        return "the models in this node's store";
    }

    /// @param signer of the manifest, as a public key
    record Shared(String name, String bundle, long sizeBytes, String signer) {
        static Shared of(StoredModel model) {
            return new Shared(
                    model.title(),
                    model.id().toString(),
                    model.signed().manifest().bytes(),
                    model.signed().signer().toString());
        }
    }

    /// @param peers that hold it already besides this node
    record Pushed(String name, String bundle, long sizeBytes, String signer, List<String> peers) {}

    @Descriptor("let the peers of the mesh have a model; one of up to 64 MiB is copied at once")
    public Pushed push(@Descriptor("REF name, or the first digits of the hash") String reference)
            throws IOException, InterruptedException {
        var stored = library.resolve(reference);
        var peers = sharing.push(stored).stream().map(this::name).toList();
        var shared = Shared.of(stored);
        return new Pushed(
                shared.name(), shared.bundle(), shared.sizeBytes(), shared.signer(), peers);
    }

    @Descriptor("get a model from every peer that has some of it, and verify it")
    public Shared pull(
            CommandSession session,
            @Descriptor("REF name that a peer gave it, or the first digits of the hash")
                    String reference)
            throws IOException, InterruptedException {
        try (var bar = new TransferBar(Caller.of(session))) {
            return Shared.of(sharing.pull(reference, progress -> show(bar, progress)));
        }
    }

    private void show(TransferBar bar, Progress progress) {
        bar.report(
                progress.step(),
                progress.doneBytes(),
                progress.totalBytes(),
                TransferBar.rates(progress, this::name));
    }

    record Copies(String model, List<String> peers) {}

    @Descriptor("have peers pull a model until so many have it, this one included")
    public Copies replicate(
            @Descriptor("how many peers are to have it")
                    @Parameter(
                            names = {"-c", "--copies"},
                            absentValue = "2")
                    int copies,
            @Descriptor("REF name, or the first digits of the hash") String reference)
            throws IOException, InterruptedException {
        if (copies < 1) {
            throw ShellProblem.BAD_VALUE.with("--copies", copies, "at least 1");
        }
        var stored = library.resolve(reference);
        var peers = sharing.replicate(stored, copies);
        return new Copies(stored.title(), peers.stream().map(this::name).toList());
    }

    /// @param peers that have all of it
    record OfferRow(String name, String bundle, long sizeBytes, List<String> peers) {}

    @Descriptor("list the models that peers offer")
    public List<OfferRow> offers() {
        return sharing.offers().stream()
                .map(
                        offer ->
                                new OfferRow(
                                        offer.name(),
                                        offer.bundle().shortHex(),
                                        offer.bytes(),
                                        offer.holders().stream().map(this::name).toList()))
                .toList();
    }

    record TrafficRow(
            String peer, String id, long sentBytes, long receivedBytes, long refusedChunks) {}

    @Descriptor("show what went to and came from each peer since the node started")
    public List<TrafficRow> traffic() {
        return sharing.traffic().stream()
                .map(
                        one ->
                                new TrafficRow(
                                        name(one.peer()),
                                        one.peer().hex(),
                                        one.sentBytes(),
                                        one.receivedBytes(),
                                        one.refusedChunks()))
                .toList();
    }

    private String name(PeerId id) {
        return mesh.peers().stream()
                .filter(peer -> peer.id().equals(id))
                .findFirst()
                .map(Peer::name)
                .orElse(id.abbreviated());
    }
}
