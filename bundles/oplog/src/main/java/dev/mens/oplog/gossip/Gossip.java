package dev.mens.oplog.gossip;

import dev.mens.mesh.Link;
import dev.mens.mesh.LinkProtocol;
import dev.mens.mesh.Mesh;
import dev.mens.mesh.MeshListener;
import dev.mens.mesh.Peer;
import dev.mens.mesh.PeerId;
import dev.mens.mesh.PeerLinks;
import dev.mens.oplog.log.Replica;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings all logs of a mesh to the same entries. A node that has news meets two others, chosen at
/// random, who then have news to tell; without news it meets one other now and then. So the work of
/// a node does not grow with the mesh, and news reach everybody after a number of rounds that grows
/// with the logarithm.
@Component(
        service = {LinkProtocol.class, MeshListener.class},
        immediate = true)
public final class Gossip implements LinkProtocol, MeshListener {
    private static final Logger LOG = LoggerFactory.getLogger(Gossip.class);

    private final Replica replica;
    private final Mesh mesh;
    private final Pace pace;
    private final RandomGenerator random;
    private final Encounters encounters;
    private final Bell bell = new Bell();
    /// Rounds in which news are still told, if nobody turns out to lack them.
    private int interest;
    private final Runnable listener = bell::ring;
    private final ExecutorService meetingOthers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread rounds = Thread.ofVirtual().name("oplog-gossip").unstarted(this::run);

    @Activate
    public Gossip(@Reference Replica replica, @Reference Mesh mesh, @Reference PeerLinks links) {
        this(replica, mesh, links, Pace.USUAL, RandomGenerator.getDefault(), System::nanoTime);
        rounds.start();
    }

    /// @param nanos a clock that never goes back
    Gossip(
            Replica replica,
            Mesh mesh,
            PeerLinks links,
            Pace pace,
            RandomGenerator random,
            LongSupplier nanos) {
        this.replica = replica;
        this.mesh = mesh;
        this.pace = pace;
        this.random = random;
        this.encounters = new Encounters(replica, mesh, links, nanos);
        replica.listen(listener);
    }

    @Deactivate
    void stop() {
        replica.unlisten(listener);
        rounds.interrupt();
        meetingOthers.shutdownNow();
        encounters.close();
    }

    @Override
    public String name() {
        return Wire.NAME;
    }

    private void run() {
        try {
            for (; ; ) {
                // Half to one and a half times, so that nodes that started together spread out.
                var patience = pace.idle().multipliedBy(random.nextInt(50, 150)).dividedBy(100);
                bell.await(interest > 0 ? Duration.ZERO : patience);
                Thread.sleep(pace.rest());
                turn();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Tells news; meets somebody if there are none. News are told until so many rounds in a row
    /// found nobody who lacked them.
    void turn() throws InterruptedException {
        if (bell.silence()) {
            interest = pace.interest();
        }
        boolean moved = round(interest > 0 ? pace.fanout() : 1);
        interest = moved ? pace.interest() : Math.max(0, interest - 1);
    }

    /// Whether there are news to tell.
    boolean hasNews() {
        return bell.isRung() || interest > 0;
    }

    /// Meets some peers at once. One that takes long, or stalls, is not waited for: the meeting
    /// goes on, and no other one begins with that peer.
    ///
    /// @return whether any of them got or gave entries
    boolean round(int count) throws InterruptedException {
        var others = new ArrayList<PeerId>();
        for (var peer : mesh.present()) {
            if (peer.state() == Peer.State.PRESENT) {
                others.add(peer.id());
            }
        }
        Collections.shuffle(others, Random.from(random));
        var met = new ArrayList<Future<Boolean>>();
        for (var peer : others.subList(0, Math.min(count, others.size()))) {
            met.add(meetingOthers.submit(() -> encounters.meet(peer)));
        }
        boolean moved = false;
        for (var meeting : met) {
            moved |= await(meeting);
        }
        return moved;
    }

    private boolean await(Future<Boolean> meeting) throws InterruptedException {
        try {
            return meeting.get(pace.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException goesOn) {
            return false;
        } catch (ExecutionException ours) {
            LOG.error("A meeting broke", ours.getCause());
            return false;
        }
    }

    @Override
    public void serve(Link link) throws IOException, InterruptedException {
        encounters.serve(link);
    }

    @Override
    public void joined(Peer peer) {
        bell.ring();
    }

    @Override
    public void left(Peer peer) {
        encounters.forget(peer.id());
    }
}
