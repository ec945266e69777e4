package dev.mens.console;

/// One message over the socket: a byte for the kind, four for the length, the payload.
public record Frame(Kind kind, byte[] payload) {

    /// The version of the frames; a node refuses a client of another one.
    public static final int VERSION = 1;

    /// Numbers are never reused.
    public enum Kind {
        /// Client: a {@link Request}.
        HELLO(1, Request.MAX_BYTES),
        /// Node: its frame version and process id, two ints.
        WELCOME(2, 8),
        /// Client: what it read, at most one for each WANT; empty at the end of input.
        STDIN(3, Frame.CHUNK_BYTES),
        /// Node: asks for one STDIN.
        WANT(4, 0),
        /// Node: to the client's standard output.
        STDOUT(5, Frame.CHUNK_BYTES),
        /// Node: to the client's standard error.
        STDERR(6, Frame.CHUNK_BYTES),
        /// Client: cancels the running command, as Ctrl-C does.
        INTERRUPT(7, 0),
        /// Client: columns and rows of its terminal, two ints.
        RESIZE(8, 8),
        /// Node: the exit code, one int; nothing follows.
        EXIT(9, 4);

        private final byte number;
        private final int maxBytes;

        Kind(int number, int maxBytes) {
            this.number = (byte) number;
            this.maxBytes = maxBytes;
        }

        /// The first byte of the frame.
        public byte number() {
            return number;
        }

        /// The largest payload that a reader accepts.
        public int maxBytes() {
            return maxBytes;
        }
    }

    /// The largest piece of a stream.
    public static final int CHUNK_BYTES = 1 << 16;
}
