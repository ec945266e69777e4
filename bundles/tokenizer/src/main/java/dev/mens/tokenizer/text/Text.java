package dev.mens.tokenizer.text;

/// A piece of the text on its way to the model.
///
/// @param origin how many leading units stand for the very first character of the whole text;
///     only a pre-tokenizer that treats the first word differently asks
public record Text(String value, int origin) {
    public Text slice(int start, int end) {
        return new Text(
                value.substring(start, end), Math.clamp((long) origin - start, 0, end - start));
    }

    public Text withValue(String other) {
        return new Text(other, Math.min(origin, other.length()));
    }
}
