package dev.mens.model;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/// Reads one reply piece by piece. Text that may yet turn out to be the start of a call is held
/// back; what turns out to be no call comes as text, unchanged. However a reply is cut into
/// pieces, the calls and the joined text are the same. Not thread-safe.
@ProviderType
public interface ReplyReader {

    /// @param piece decoded with special tokens kept, since some formats mark calls with them
    /// @return what is certain after this piece; often nothing
    List<ReplyPart> accept(String piece);

    /// What was held back.
    List<ReplyPart> finish();
}
