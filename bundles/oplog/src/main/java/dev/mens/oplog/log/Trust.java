package dev.mens.oplog.log;

import dev.mens.crypto.Hashing;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;

/// What the log hashes, signs and verifies with.
public record Trust(Hashing hashing, Signer signer, Verifier verifier) {}
