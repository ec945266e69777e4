package dev.mens.backend.cuda.gpu;

import java.util.List;

/// The devices that this process may use.
public interface Gpus extends AutoCloseable {

    /// What there is, or why nothing is; asked once, then remembered.
    Probed probe();

    /// Opens a device for the calling thread, in a context of its own: what goes wrong in it
    /// harms no other, and closing it frees everything.
    ///
    /// @throws GpuException if the driver refuses; if it will refuse for ever, probing
    ///     finds nothing from then on
    Gpu open(int ordinal);

    /// Lets go of the driver; every device must be closed before.
    @Override
    void close();

    /// The outcome of looking for devices.
    sealed interface Probed {

        /// @param driver version of CUDA that the driver speaks: `13.0`
        record Found(List<GpuFacts> devices, String driver) implements Probed {
            public Found {
                devices = List.copyOf(devices);
            }

            public long memoryBytes() {
                return devices.stream().mapToLong(GpuFacts::memoryBytes).sum();
            }
        }

        /// @param diagnostic a problem's whole message, for people
        record Nothing(String diagnostic) implements Probed {}
    }
}
