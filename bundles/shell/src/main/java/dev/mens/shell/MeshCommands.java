package dev.mens.shell;

import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshRouter;
import dev.mens.oplog.Ledger;
import dev.mens.shell.MeshRows.Denied;
import dev.mens.shell.MeshRows.Invited;
import dev.mens.shell.MeshRows.PeerRow;
import dev.mens.shell.MeshRows.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/// `vox mesh`: this node among others.
@Component(service = Noun.class)
@GogoCommand(
        scope = "mesh",
        function = {"up", "join", "leave", "status", "peers", "invite", "allow", "deny", "router"})
public final class MeshCommands implements Noun {
    private final Mesh mesh;
    private final MeshRouter router;

    /// Without it nothing is known of what peers did for each other.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile @Nullable Ledger ledger;

    @Activate
    public MeshCommands(@Reference Mesh mesh, @Reference MeshRouter router) {
        this.mesh = mesh;
        this.router = router;
    }

    @Override
    public String summary() {
        return "this node among others";
    }

    @Descriptor("found a mesh, or go up again; others join with `vox mesh invite` and `join`")
    public Status up(
            CommandSession session,
            @Descriptor("how peers find each other: multicast, static, folder or router")
                    @Parameter(
                            names = {"-p", "--profile"},
                            absentValue = "")
                    @Nullable String profile,
            @Descriptor("of the mesh")
                    @Parameter(
                            names = {"-n", "--name"},
                            absentValue = "home")
                    String name,
            @Descriptor("what this node calls itself; the name of the machine without it")
                    @Parameter(names = "--node", absentValue = "")
                    @Nullable String node,
            @Descriptor("static: where others are, with commas between")
                    @Parameter(names = "--hosts", absentValue = "")
                    @Nullable String hosts,
            @Descriptor("multicast: group and port")
                    @Parameter(names = "--group", absentValue = MeshOptions.GROUP)
                    String group,
            @Descriptor("folder: one that all peers can write to")
                    @Parameter(names = "--folder", absentValue = "")
                    @Nullable String folder,
            @Descriptor("router: where routers are, with commas between")
                    @Parameter(names = "--router", absentValue = "")
                    @Nullable String routers,
            @Descriptor("where to listen; 0.0.0.0 for every address")
                    @Parameter(names = "--bind", absentValue = MeshOptions.LOOPBACK)
                    String bind,
            @Descriptor("where others reach this node, if not where it listens")
                    @Parameter(names = "--advertise", absentValue = "")
                    @Nullable String advertise,
            @Descriptor("file with the mesh's key, 64 hexadecimal digits; a new key without it")
                    @Parameter(names = "--key", absentValue = "")
                    @Nullable String key,
            @Descriptor("public key to admit; may be given several times")
                    @Parameter(names = "--allow", absentValue = "")
                    List<String> allowed)
            throws IOException, InterruptedException {
        if (profile == null) {
            mesh.up();
            return status();
        }
        var options = new MeshOptions(Caller.of(session).folder());
        var discovery = options.discovery(profile, hosts, group, folder, routers);
        mesh.up(options.settings(name, node, discovery, bind, advertise, key, allowed));
        return status();
    }

    @Descriptor("join the mesh of whoever made a token")
    public Status join(
            @Descriptor("what this node calls itself; the name of the machine without it")
                    @Parameter(names = "--node", absentValue = "")
                    @Nullable String node,
            @Descriptor("where to listen; 0.0.0.0 for every address")
                    @Parameter(names = "--bind", absentValue = MeshOptions.LOOPBACK)
                    String bind,
            @Descriptor("where others reach this node, if not where it listens")
                    @Parameter(names = "--advertise", absentValue = "")
                    @Nullable String advertise,
            @Descriptor("TOKEN as `vox mesh invite` printed it") String token)
            throws IOException, InterruptedException {
        mesh.join(
                token,
                MeshOptions.node(node),
                MeshOptions.endpoint(bind),
                Optional.ofNullable(advertise).map(MeshOptions::endpoint));
        return status();
    }

    @Descriptor("leave the mesh until `vox mesh up`")
    public Status leave() throws IOException, InterruptedException {
        mesh.leave();
        return status();
    }

    @Descriptor("say how this node stands to its mesh")
    public Status status() {
        return Status.of(mesh.status());
    }

    @Descriptor("list who is in the mesh now, and what each did for others")
    public List<PeerRow> peers(
            CommandSession session,
            @Descriptor("also list who is admitted but away")
                    @Parameter(
                            names = {"-a", "--all"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean all)
            throws IOException {
        var now = mesh.status();
        if (now.up() && now.present() == 0) {
            var err = Caller.of(session).err();
            err.println("note: this node is on its way into " + now.mesh() + "; ask again");
        }
        var known = Optional.ofNullable(ledger);
        var rows = new ArrayList<PeerRow>();
        for (var peer : all ? mesh.peers() : mesh.present()) {
            rows.add(PeerRow.of(peer, known));
        }
        return rows;
    }

    @Descriptor("make a token that admits one peer, once: `vox mesh join TOKEN` there")
    public Invited invite(
            @Descriptor("how long it is good: 30m, 24h, 7d; at most 365d")
                    @Parameter(names = "--valid", absentValue = "24h")
                    String valid)
            throws IOException {
        var invitation = mesh.invite(MeshOptions.validity(valid));
        return new Invited(invitation.token(), invitation.expires());
    }

    @Descriptor("admit an identity, for every member")
    public Status allow(
            @Descriptor("what to call it")
                    @Parameter(
                            names = {"-n", "--name"},
                            absentValue = "")
                    @Nullable String name,
            @Descriptor("KEY its public key, as its `vox mesh status` prints it") String key)
            throws IOException {
        var parsed = MeshOptions.publicKey(key);
        mesh.allow(parsed, name == null ? key.substring(0, 12) : name);
        return status();
    }

    @Descriptor("shut a peer out, for every member")
    public Denied deny(@Descriptor("PEER its name, or the first digits of its ID") String peer)
            throws IOException {
        return new Denied(mesh.deny(peer).hex());
    }

    @Descriptor("introduce peers of any mesh to each other, until interrupted")
    public void router(
            CommandSession session,
            @Descriptor("where to listen; 0.0.0.0 for every address")
                    @Parameter(names = "--bind", absentValue = "127.0.0.1:7448")
                    String bind)
            throws IOException, InterruptedException {
        try (var opened = router.open(MeshOptions.endpoint(bind))) {
            var out = Caller.of(session).out();
            out.println("router on " + opened.listening());
            out.flush();
            new CountDownLatch(1).await();
        }
    }
}
