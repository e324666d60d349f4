import Coordinator
import Foundation
import Measures
import Recording
import Synchronization

/// Tells a person how a run goes: stages and events a line each, and on a terminal one line that is rewritten each second.
/// All of it goes to standard error, so that standard output holds the verdict alone.
final class TerminalObserver: RunObserver {
    private let quiet: Bool
    private let hasLiveLine = Mutex(false)
    /// Seconds of the run.
    private let lastLogged = Mutex(0)

    init(quiet: Bool) {
        self.quiet = quiet
    }

    func stage(_ text: String) { line(text) }

    func warning(_ text: String) { line("warning: \(text)") }

    func event(_ event: RunEvent) {
        switch event.body {
        case .injection(let injection):
            let at = "\(event.at.instant.seconds.fixed(3)) s ± \(event.at.bound.rounded)"
            switch injection.step {
            case .started: line("\(at)  \(injection.fault) acts on \(event.host): \(injection.detail)")
            case .ended: line("\(at)  \(injection.fault) is over on \(event.host)")
            case .failed: line("\(at)  \(injection.fault) FAILED on \(event.host): \(injection.detail)")
            case .armed, .verified, .healed: break
            }
        case .observation(let seen):
            let mark = seen.effect == .asRequested ? "as asked" : seen.effect.rawValue
            line(
                "          \(seen.fault) \(seen.quantity): asked \(seen.requested), seen \(seen.observed) (\(mark))"
            )
        case .note(let kind, let text) where kind != .started && kind != .finished:
            line("\(kind.words): \(text)")
        case .logMark(let mark):
            let at = "\(event.at.instant.seconds.fixed(3)) s ± \(event.at.bound.rounded)"
            line("\(at)  \(mark.service) on \(event.host) logged \(mark.name): \(mark.line)")
        case .note, .arming, .clock, .path, .process, .generator, .floor, .origin: break
        }
    }

    func tick(_ tick: RunTick) {
        guard !quiet else { return }
        guard Console.isTerminal else {
            // A log gets a line every five seconds.
            let second = Int(tick.at.seconds)
            let isDue = lastLogged.withLock { last in
                guard second >= last + 5 else { return false }
                last = second
                return true
            }
            if isDue { line(LiveLine(tick).text(columns: nil)) }
            return
        }
        let text = LiveLine(tick).text(columns: Console.columns)
        hasLiveLine.withLock { has in
            write("\r\u{1b}[K\(text)")
            has = true
        }
    }

    private func line(_ text: String) {
        guard !quiet else { return }
        hasLiveLine.withLock { has in
            write("\(has ? "\r\u{1b}[K" : "")\(text)\n")
            has = false
        }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
