package dev.mens.tokenizer.text;

import java.util.Arrays;

/// A growing row of ints.
public final class IntSequence {
    private int[] items;
    private int size;

    public IntSequence() {
        this(16);
    }

    public IntSequence(int capacity) {
        items = new int[Math.max(capacity, 4)];
    }

    public void add(int item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        items[size++] = item;
    }

    public void addAll(int[] more) {
        if (size + more.length > items.length) {
            items = Arrays.copyOf(items, Math.max(size * 2, size + more.length));
        }
        System.arraycopy(more, 0, items, size, more.length);
        size += more.length;
    }

    public int get(int index) {
        return items[index];
    }

    public void set(int index, int item) {
        items[index] = item;
    }

    public int size() {
        return size;
    }

    public void truncate(int newSize) {
        size = newSize;
    }

    public int[] toArray() {
        return Arrays.copyOf(items, size);
    }
}
