package dev.mens.cluster.group;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.LinkedBlockingQueue;

/// What the group's transport takes for a server socket: it accepts the connections that the gate
/// has greeted, and listens nowhere itself.
final class AdmittedSockets extends ServerSocket {
    private final LinkedBlockingQueue<Socket> waiting = new LinkedBlockingQueue<>();
    private final Socket end = new Socket();
    private final int port;
    private volatile boolean closed;

    AdmittedSockets(int port) throws IOException {
        this.port = port;
    }

    void offer(Socket greeted) throws IOException {
        if (closed) {
            greeted.close();
            return;
        }
        waiting.add(greeted);
    }

    @Override
    public void bind(SocketAddress address) {
        // The gate is bound.
    }

    @Override
    public void bind(SocketAddress address, int backlog) {
        // The gate is bound.
    }

    @Override
    public Socket accept() throws IOException {
        try {
            var socket = waiting.take();
            if (closed || socket.equals(end)) {
                throw new SocketException("closed");
            }
            return socket;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted");
        }
    }

    @Override
    public int getLocalPort() {
        return port;
    }

    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        waiting.add(end);
        super.close();
    }
}
