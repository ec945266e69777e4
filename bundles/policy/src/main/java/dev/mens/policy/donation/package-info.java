/// What this node does for its peers. `FileDonations` reads the owner's file (`DonationsText` its
/// syntax, `PolicyReader` its meaning), `AdmissionRules` says what stands against a piece of work,
/// and `RecordedAdmission` decides, holds slots and records every decision.
@NullMarked
package dev.mens.policy.donation;

import org.jspecify.annotations.NullMarked;
