package dev.mens.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/// One conversation with a peer: a stream of bytes each way, with the flow control of TCP.
///
/// One thread reads while another writes. Reading blocks as long as the peer is alive; when it dies
/// or hangs, reading and writing fail with an {@link IOException} within seconds. Interrupting a
/// thread that reads or writes closes the link and throws {@link java.io.InterruptedIOException}.
@ProviderType
public interface Link extends AutoCloseable {
    PeerId peer();

    String protocol();

    /// Ends when the peer has closed its link.
    InputStream input();

    /// How long a read waits for more before it fails with {@link
    /// java.net.SocketTimeoutException}, after which it may be tried again. In the beginning it
    /// waits as long as the peer is alive.
    ///
    /// @param most at least a millisecond
    void patience(Duration most) throws IOException;

    /// Buffered: {@link OutputStream#flush} sends.
    OutputStream output();

    /// Sends what is buffered and closes both streams. May be called from any thread, and twice.
    @Override
    void close() throws IOException;
}
