package dev.mens.content;

/// What every kind of content that travels between peers has. Closed: a new kind is a new version
/// of this contract.
public sealed interface BundleMeta permits ModelBundle {

    ContentId contentId();

    /// What it is, for logs and inventories: `model`.
    String kindLabel();
}
