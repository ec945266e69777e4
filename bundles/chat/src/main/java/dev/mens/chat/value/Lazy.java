package dev.mens.chat.value;

import java.util.Iterator;

/// Python's generator: its elements are made when asked for, once.
public final class Lazy implements Value {
    private final Iterator<Value> elements;

    public Lazy(Iterator<Value> elements) {
        this.elements = elements;
    }

    public Iterator<Value> elements() {
        return elements;
    }

    @Override
    public String typeName() {
        return "generator";
    }

    @Override
    public boolean isTrue() {
        return true;
    }
}
