import Codecs
import LinuxSystem
import Processes
import Recording

/// One log of a `LogWatch`. A line was written after the look before began, if that saw all there was, and before the look
/// that found it ended.
final class LogFollower {
    /// Marks of one log in one run: a service that writes one at each request would otherwise fill the recording.
    static let most = 1_000

    let log: WatchedLog
    private var tail: LogTail
    private var matcher = PatternMatcher()
    private var seen = 0
    /// CLOCK_MONOTONIC, when the last look began that saw all there was.
    private var since = Clocks.monotonic()
    private(set) var hasBeenOpen: Bool

    init(_ log: WatchedLog) {
        self.log = log
        tail = LogTail(log.path)
        hasBeenOpen = tail.isOpen
    }

    func look(follows: Bool) -> [LogWatch.Finding] {
        let began = Clocks.monotonic()
        let (lines, isAtEnd) = tail.look()
        let ended = Clocks.monotonic()
        var findings: [LogWatch.Finding] = []
        for line in lines where seen <= Self.most {
            for mark in log.marks(in: line, &matcher) {
                seen += 1
                guard seen <= Self.most else {
                    findings.append(
                        .trouble("\(log.service): more than \(Self.most) marks; the later ones are left out")
                    )
                    break
                }
                findings.append(.mark(mark, LocalSpan(from: since, to: ended)))
            }
        }
        if isAtEnd { since = began }
        if follows, isAtEnd {
            tail.follow()
            hasBeenOpen = hasBeenOpen || tail.isOpen
        }
        return findings
    }
}
