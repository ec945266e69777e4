package dev.mens.policy.hardware;

import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// How able a device is, 0 to 100, comparable within one kind.
final class Tiers {
    /// Decimal, since a card sold with 8 GB may report a little less than 8 GiB.
    private static final long SMALL_BYTES = 8_000_000_000L;

    private static final Pattern APPLE = Pattern.compile("Apple M(\\d{1,3})(?: (Pro|Max|Ultra))?");
    private static final Map<String, Integer> EXTRA = Map.of("Pro", 10, "Max", 15, "Ultra", 20);

    /// The newest generation that the scale knows; later ones are at least as able.
    private static final int NEWEST_APPLE = 4;

    private Tiers() {}

    /// By compute capability, less 10 under 8 GB.
    static int cuda(int major, int minor, long memoryBytes) {
        return byCapability(major * 10 + minor) - (memoryBytes < SMALL_BYTES ? 10 : 0);
    }

    private static int byCapability(int capability) {
        if (capability >= 100) {
            return 95;
        } else if (capability >= 90) {
            return 90;
        } else if (capability >= 89) {
            return 80;
        } else if (capability >= 80) {
            return 75;
        } else if (capability >= 75) {
            return 60;
        } else if (capability >= 70) {
            return 55;
        }
        return capability >= 60 ? 40 : 20;
    }

    /// By the chip's name, such as `Apple M2 Pro`; empty for any other.
    static OptionalInt metal(String chip) {
        var matcher = APPLE.matcher(chip.strip());
        if (!matcher.matches()) {
            return OptionalInt.empty();
        }
        int generation = Math.min(NEWEST_APPLE, Integer.parseInt(matcher.group(1)));
        if (generation < 1) {
            return OptionalInt.empty();
        }
        var variant = matcher.group(2);
        return OptionalInt.of(30 + 10 * generation + (variant == null ? 0 : EXTRA.get(variant)));
    }
}
