import Measures
package import Recording

/// An event in a line for people; nil: nobody needs to see it while the run goes.
package struct RunLine: Sendable, Equatable {
    /// "20.000 s ± 2.37 µs"; nil: it has none of its own.
    package let at: String?
    /// It belongs to the lines before.
    package let isDetail: Bool
    package let text: String
    /// What many hosts may say of the same at once, "cut#1 acts"; nil: it stands for itself, as what went wrong does.
    package let kind: String?

    package init?(_ event: RunEvent) {
        kind = Self.kind(of: event)
        if case .observation = event.body { isDetail = true } else { isDetail = false }
        let instant = "\(event.at.instant.seconds.fixed(3)) s ± \(event.at.bound.rounded)"
        switch event.body {
        case .injection(let injection):
            at = instant
            switch injection.step {
            case .started:
                text = "\(injection.fault) acts on \(event.host): \(Self.brief(injection.detail))"
            case .ended: text = "\(injection.fault) is over on \(event.host)"
            case .failed: text = "\(injection.fault) FAILED on \(event.host): \(injection.detail)"
            case .armed, .verified, .healed: return nil
            }
        case .observation(let seen):
            at = nil
            let mark = seen.effect == .asRequested ? "as asked" : seen.effect.rawValue
            text =
                "\(seen.fault) on \(event.host), \(seen.quantity): asked \(seen.requested), seen \(seen.observed) (\(mark))"
        case .note(let kind, let words) where kind != .started && kind != .finished:
            at = nil
            let isNamed = event.host == RunEvent.coordinator || words.contains(event.host)
            text = "\(kind.words)\(isNamed ? "" : " on \(event.host)"): \(words)"
        case .logMark(let mark):
            at = instant
            text = "\(mark.service) on \(event.host) logged \(mark.name): \(mark.line)"
        case .note, .arming, .clock, .path, .process, .generator, .floor, .origin: return nil
        }
    }

    /// A rule may name hundreds of peers; the recording has all of them.
    private static func brief(_ detail: String) -> String {
        detail.count <= 240 ? detail : detail.prefix(239) + "…"
    }

    private static func kind(of event: RunEvent) -> String? {
        switch event.body {
        case .injection(let injection) where injection.step == .started: "\(injection.fault) acts"
        case .injection(let injection) where injection.step == .ended: "\(injection.fault) is over"
        case .observation(let seen) where seen.effect == .asRequested:
            "\(seen.fault) was seen to act as asked"
        case .note(let kind, _) where kind == .leaseExpired || kind == .agentLost: kind.words
        default: nil
        }
    }
}
