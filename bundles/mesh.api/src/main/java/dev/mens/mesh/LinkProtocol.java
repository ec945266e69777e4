package dev.mens.mesh;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/// What answers the links that peers open to this node; a whiteboard service.
@ConsumerType
public interface LinkProtocol {

    /// What both sides know it by, with the version of what is spoken: `oplog/1`. At most
    /// 64 lower-case letters, digits, dots, dashes and slashes.
    String name();

    /// Serves one link, on a virtual thread of its own; the link is closed when this returns or
    /// throws. The thread is interrupted when the peer leaves, this service goes, or the mesh goes
    /// down.
    void serve(Link link) throws IOException, InterruptedException;
}
