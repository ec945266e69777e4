package dev.mens.cluster.group;

import dev.mens.cluster.gate.Guest;
import dev.mens.diagnostics.ProblemException;
import dev.mens.mesh.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// What the group's transport takes for a client socket: connecting dials a peer, by whatever way
/// leads there, and greets it.
final class DialledSocket extends Socket {
    /// Dials for the group.
    @FunctionalInterface
    interface Dialling {
        Guest dial(Endpoint to) throws IOException;
    }

    private final Dialling dialling;
    private volatile @Nullable Guest greeted;
    private volatile boolean closed;

    DialledSocket(Dialling dialling) {
        this.dialling = dialling;
    }

    @Override
    public void bind(@Nullable SocketAddress address) {
        // Any local address will do.
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        var to = (InetSocketAddress) address;
        try {
            greeted = dialling.dial(new Endpoint(to.getHostString(), to.getPort()));
        } catch (ProblemException refused) {
            throw new SocketException(refused.getMessage(), refused);
        }
        if (closed) {
            close();
            throw new SocketException("closed");
        }
    }

    private Socket socket() throws SocketException {
        var guest = greeted;
        if (guest == null) {
            throw new SocketException("not connected");
        }
        return guest.socket();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return socket().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return socket().getOutputStream();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        socket().setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket().getSoTimeout();
    }

    @Override
    public void setKeepAlive(boolean on) {
        // Set before it is dialled; the group notices silence by itself.
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // Whoever dials has set it.
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {
        // Closing must send what was written.
    }

    @Override
    public void setSendBufferSize(int bytes) {
        // The system knows better.
    }

    @Override
    public void setReceiveBufferSize(int bytes) {
        // The system knows better.
    }

    @Override
    public boolean isConnected() {
        return greeted != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        var guest = greeted;
        return guest == null ? null : guest.socket().getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        var guest = greeted;
        return guest == null ? InetAddress.getLoopbackAddress() : guest.socket().getLocalAddress();
    }

    @Override
    public int getPort() {
        var guest = greeted;
        return guest == null ? 0 : guest.socket().getPort();
    }

    @Override
    public int getLocalPort() {
        var guest = greeted;
        return guest == null ? -1 : guest.socket().getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        var guest = greeted;
        return guest == null ? null : guest.socket().getLocalSocketAddress();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        var guest = greeted;
        return guest == null ? null : guest.socket().getRemoteSocketAddress();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        var guest = greeted;
        if (guest != null) {
            guest.cut();
        }
    }
}
