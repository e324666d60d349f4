import Measures
package import Recording

/// An event in a line for people; nil: nobody needs to see it while the run goes.
package struct RunLine: Sendable, Equatable {
    /// "20.000 s ± 2.37 µs"; nil: it has none of its own.
    package let at: String?
    /// It belongs to the lines before.
    package let isDetail: Bool
    package let text: String

    package init?(_ event: RunEvent) {
        if case .observation = event.body { isDetail = true } else { isDetail = false }
        let instant = "\(event.at.instant.seconds.fixed(3)) s ± \(event.at.bound.rounded)"
        switch event.body {
        case .injection(let injection):
            at = instant
            switch injection.step {
            case .started: text = "\(injection.fault) acts on \(event.host): \(injection.detail)"
            case .ended: text = "\(injection.fault) is over on \(event.host)"
            case .failed: text = "\(injection.fault) FAILED on \(event.host): \(injection.detail)"
            case .armed, .verified, .healed: return nil
            }
        case .observation(let seen):
            at = nil
            let mark = seen.effect == .asRequested ? "as asked" : seen.effect.rawValue
            text = "\(seen.fault) \(seen.quantity): asked \(seen.requested), seen \(seen.observed) (\(mark))"
        case .note(let kind, let words) where kind != .started && kind != .finished:
            at = nil
            text = "\(kind.words): \(words)"
        case .logMark(let mark):
            at = instant
            text = "\(mark.service) on \(event.host) logged \(mark.name): \(mark.line)"
        case .note, .arming, .clock, .path, .process, .generator, .floor, .origin: return nil
        }
    }
}
