package dev.mens.mesh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// The file `etc/donations.vox`, in which a node's owner says what the node does for its peers.
@ProviderType
public interface Donations {

    Path file();

    /// The file as it is now.
    State state();

    /// Changes one value and leaves every other byte as it is; appends a key that the file lacks,
    /// and begins a file that does not exist with one that explains itself.
    ///
    /// @param key a key of the policy, or `slot.<kind>.max_concurrent` or `slot.<kind>.weight_pct`
    /// @param value as the file spells it: `true`, `80`, `["a", "b"]`
    /// @throws dev.mens.diagnostics.ProblemException vox/policy/… if the file would not be sound
    void set(String key, String value) throws IOException;

    /// Begins a file that explains itself and grants nothing, if there is none.
    void create() throws IOException;

    /// What the file says.
    sealed interface State {
        DonationPolicy policy();

        /// BLAKE3 of the file's bytes in hexadecimal, so that a decision can be traced to them.
        String digest();
    }

    /// @param notes what is odd but harmless, such as an unknown key; one sentence each
    record Sound(DonationPolicy policy, String digest, String text, List<String> notes)
            implements State {
        public Sound {
            notes = List.copyOf(notes);
        }
    }

    /// There is no file: nothing is granted.
    record Missing() implements State {
        @Override
        public DonationPolicy policy() {
            return DonationPolicy.NOTHING;
        }

        @Override
        public String digest() {
            return "";
        }
    }

    /// The file cannot be read or understood: everything is refused, whatever it may have meant.
    ///
    /// @param faults what is wrong and where, one sentence each
    record Unsound(String digest, List<String> faults) implements State {
        public Unsound {
            faults = List.copyOf(faults);
        }

        @Override
        public DonationPolicy policy() {
            return DonationPolicy.NOTHING;
        }
    }
}
