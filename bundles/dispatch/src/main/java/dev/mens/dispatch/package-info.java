/// Chooses a backend for each request and keeps its stream alive while backends come and go.
///
/// A request's way: `RoutingDispatcher.submit` → `Turns` (first come, first served) → `Placement`
/// (ranks backends by `Routing`, loads once through `Slot`) → `SurvivingStream` (pulls, and moves
/// when the backend is lost).
@NullMarked
package dev.mens.dispatch;

import org.jspecify.annotations.NullMarked;
