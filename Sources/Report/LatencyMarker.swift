import Measures
import Plan

/// A latency target as a point of the spectrum: up to this share of requests, the curve must stay below the threshold.
struct LatencyMarker: Sendable, Equatable {
    /// Share of requests above the quantile, 0 to 1: 0.01 for p99.
    let exceedance: Double
    let threshold: Duration
    /// "p99 below 50ms in baseline"
    let label: String
    /// nil: every load.
    let load: String?

    static func markers(of targets: TargetsPlan) -> [LatencyMarker] {
        targets.latency.map { target in
            let place = target.phase.map { " in \($0)" } ?? " in the whole run"
            switch target.claim {
            case .quantile(let quantile, let below):
                let share = quantile.double * 100
                return LatencyMarker(
                    exceedance: max(0, 1 - share / 100),
                    threshold: below,
                    label: "p\(Figures.trimmed(share, decimals: 8)) below \(below.text)\(place)",
                    load: target.load
                )
            case .shareUnder(let threshold, let atLeast):
                return LatencyMarker(
                    exceedance: max(0, 1 - atLeast.double),
                    threshold: threshold,
                    label: "\(atLeast.percentText) under \(threshold.text)\(place)",
                    load: target.load
                )
            }
        }
    }
}
