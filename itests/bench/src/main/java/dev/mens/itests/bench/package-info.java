/// Measurements. A build only compiles them; each is a class with a `main` that the profile
/// `bench` runs, with `-Dbench.…` properties as its parameters:
///
/// ```
/// ./mvnw -q -Pbench -pl itests/bench -am verify -DskipTests -Dbench=Kernels
/// ```
///
/// What measures the shipped distribution takes `distribution/target/mens-VERSION`, which
/// `./mvnw verify` (or `./vox version`) leaves there.
@NullMarked
package dev.mens.itests.bench;

import org.jspecify.annotations.NullMarked;
