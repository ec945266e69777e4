package dev.mens.model;

import java.nio.file.Path;

/// A model on this machine's disk, described well enough to decide who can serve it. Nothing is
/// loaded.
///
/// @param name what people call it
/// @param id equal for equal models: the bundle hash, or the folder's real path where there is none
/// @param folder holds config.json, tokenizer.json and SafeTensors
public record Model(String name, String id, Path folder, ModelFacts facts) {}
