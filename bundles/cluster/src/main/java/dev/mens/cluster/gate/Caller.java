package dev.mens.cluster.gate;

import dev.mens.cluster.trust.MeshSecret;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import dev.mens.mesh.MeshProblem;
import dev.mens.mesh.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/// Dials, and greets whoever answers.
public final class Caller {
    private static final int CONNECT_MILLIS = 2000;

    private final Station station;
    private final House house;

    public Caller(Station station, House house) {
        this.station = station;
        this.house = house;
    }

    /// Connects to an address.
    ///
    /// @throws ProblemException what turned this node away
    public Guest call(
            Endpoint to,
            Purpose purpose,
            byte[] detail,
            MeshSecret secret,
            Optional<PeerId> expected)
            throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(to.host(), to.port()), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
        } catch (IOException unreachable) {
            Gate.close(socket);
            throw unreachable;
        }
        return call(socket, to, purpose, detail, secret, expected);
    }

    /// Greets the peer behind a connection, which may be one of a relay.
    public Guest call(
            Socket connected,
            Endpoint to,
            Purpose purpose,
            byte[] detail,
            MeshSecret secret,
            Optional<PeerId> expected)
            throws IOException {
        var deadline = new Gate.Deadline(connected);
        boolean done = false;
        try {
            var socket = station.tls().client(connected, to.host(), to.port());
            var greeting = new Greeting(socket, connected, house, station);
            var guest = greeting.call(purpose, detail, secret, expected);
            done = true;
            return guest;
        } catch (IOException broken) {
            if (deadline.passed()) {
                throw MeshProblem.TOO_SLOW.because(broken, to, Gate.Deadline.SECONDS + " s");
            }
            throw broken;
        } finally {
            deadline.met();
            if (!done) {
                Gate.close(connected);
            }
        }
    }
}
