package dev.mens.cluster.group;

import dev.mens.cluster.gate.Guest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.jgroups.util.DefaultSocketFactory;

/// Gives the group's transport sockets that are greeted already. Datagrams stay the default ones:
/// what is multicast is sealed by {@link SealedMulticast}.
public final class GroupSockets extends DefaultSocketFactory {
    private final DialledSocket.Dialling dialling;
    private final AdmittedSockets admitted;

    /// @param port where the gate listens
    public GroupSockets(int port, Dialler dialler) throws IOException {
        this.dialling = dialler::dial;
        this.admitted = new AdmittedSockets(port);
    }

    /// Dials a member by its address.
    @FunctionalInterface
    public interface Dialler {
        Guest dial(dev.mens.mesh.Endpoint to) throws IOException;
    }

    /// Hands a greeted connection to the transport.
    public void offer(Guest guest) throws IOException {
        admitted.offer(guest.socket());
    }

    @Override
    public Socket createSocket(String service) {
        return new DialledSocket(dialling);
    }

    @Override
    public Socket createSocket(String service, String host, int port) throws IOException {
        throw new IOException("the group opens its sockets unconnected");
    }

    @Override
    public Socket createSocket(String service, InetAddress address, int port) throws IOException {
        throw new IOException("the group opens its sockets unconnected");
    }

    @Override
    public ServerSocket createServerSocket(String service) {
        return admitted;
    }
}
