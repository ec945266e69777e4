package dev.mens.chat.value;

/// A name or element that does not exist: it prints as nothing, is false and empty, and fails
/// with this message wherever else it is used.
public record Undefined(String message) implements Value {

    public static Undefined name(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    /// `owner` has no attribute or element of this name.
    public static Undefined element(Value owner, Value key) {
        var what = owner instanceof None ? "None" : owner.typeName() + " object";
        return new Undefined(
                key instanceof Text(var name, _)
                        ? "'" + what + "' has no attribute '" + name + "'"
                        : what + " has no element " + (key instanceof Int(var i) ? i : "?"));
    }

    public Fault fault() {
        return Fault.failed(message);
    }

    @Override
    public String typeName() {
        return "Undefined";
    }

    @Override
    public boolean isTrue() {
        return false;
    }
}
