package dev.mens.shell;

import dev.mens.mesh.DonationPolicy;
import dev.mens.mesh.Donations;
import java.nio.file.Path;
import java.util.List;

/// A policy as people see it.
final class PolicyRows {
    private PolicyRows() {}

    /// @param state `sound`, `missing` (nothing is granted) or `unsound` (everything is refused)
    /// @param remarks what is wrong or odd
    record Shown(String file, String state, List<String> remarks, List<Row> policy) {}

    record Row(String key, String value) {}

    static Shown shown(Path file, Donations.State state) {
        var rows = rows(state.policy());
        return switch (state) {
            case Donations.Sound(_, _, _, var notes) ->
                    new Shown(file.toString(), "sound", notes, rows);
            case Donations.Missing() ->
                    new Shown(file.toString(), "missing: nothing is granted", List.of(), rows);
            case Donations.Unsound(_, var faults) ->
                    new Shown(file.toString(), "unsound: everything is refused", faults, List.of());
        };
    }

    private static List<Row> rows(DonationPolicy policy) {
        return policy.byKey().entrySet().stream()
                .map(entry -> new Row(entry.getKey(), entry.getValue()))
                .toList();
    }
}
