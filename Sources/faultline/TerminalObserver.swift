import Coordinator
import Foundation
import Measures
import Recording
import Synchronization

/// Tells a person how a run goes: stages and events a line each, and on a terminal a few lines below them that are rewritten
/// each second. All of it goes to standard error, so that standard output holds the verdict alone.
final class TerminalObserver: RunObserver {
    private let quiet: Bool
    private let kind: TerminalKind
    private let region = Mutex(LiveRegion())
    /// What stands in the region: it is drawn again below each line.
    private let shown = Mutex<RunTick?>(nil)
    private let gathered = Mutex(GatheredLines())
    /// Seconds of the run.
    private let lastLogged = Mutex(0)

    init(quiet: Bool, kind: TerminalKind = Console.kind) {
        self.quiet = quiet
        self.kind = kind
    }

    func stage(_ text: String) { line(text) }

    /// What is about to be done, before anything is.
    func plan(_ brief: PlanBrief) {
        for text in brief.lines(columns: kind == .live ? Console.size.columns : nil) { line(text) }
        line("")
    }

    func warning(_ text: String) { line("warning: \(text)") }

    func event(_ event: RunEvent) {
        guard let told = gathered.withLock({ $0.take(event) }) else { return }
        line(
            (told.at.map { "\($0)  " } ?? (told.isDetail ? String(repeating: " ", count: 10) : ""))
                + told.text
        )
    }

    func tick(_ tick: RunTick) {
        guard !quiet else { return }
        tellCounts()
        switch kind {
        case .live:
            shown.withLock { $0 = tick }
            draw(tick, above: nil)
        case .plain:
            // A log gets a line every five seconds.
            let second = Int(tick.at.seconds)
            let isDue = lastLogged.withLock { last in
                guard second >= last + 5 else { return false }
                last = second
                return true
            }
            if isDue { line(LiveLine(tick).text(columns: nil)) }
        }
    }

    /// The run is over: no more ticks come, and the terminal is free for what does.
    func finish() {
        tellCounts()
        guard !quiet, shown.withLock({ $0.take() }) != nil else { return }
        draw(nil, above: nil)
    }

    private func tellCounts() {
        for text in gathered.withLock({ $0.counts() }) { line(String(repeating: " ", count: 10) + text) }
    }

    private func line(_ text: String) {
        guard !quiet else { return }
        draw(shown.withLock { $0 }, above: text)
    }

    private func draw(_ tick: RunTick?, above text: String?) {
        region.withLock { region in
            guard kind == .live else { return write((text ?? "") + "\n") }
            let size = Console.size
            let lines = tick.map { LiveScreen($0).lines(columns: size.columns, rows: size.rows) } ?? []
            write(region.draw(lines, above: text, columns: size.columns))
        }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
