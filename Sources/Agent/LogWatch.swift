import LinuxSystem
import Recording
import Synchronization

/// Looks at the services' logs while a run goes on, on a thread of its own, and keeps which lines are marks until they are
/// asked for.
final class LogWatch: Sendable {
    /// From look to look, nanoseconds: how well an instant is known.
    private static let period: Int64 = 2_000_000
    /// Looks after which it is asked whether there is another file.
    private static let looksToFollow = 50

    enum Finding: Sendable {
        case mark(LogMark, LocalSpan)
        /// Why marks are missing, for people.
        case trouble(String)
    }

    private let isStopping = Atomic(false)
    private let findings = Mutex<[Finding]>([])
    private let thread = Mutex<PinnedThread?>(nil)

    /// What is written from now on is looked at.
    init(_ logs: [WatchedLog]) throws(SystemError) {
        // Handed to the thread; nobody else keeps them.
        nonisolated(unsafe) let followers = logs.map { LogFollower($0) }
        try thread.withLock { thread throws(SystemError) in
            thread = try PinnedThread(name: "log marks") { [self] in run(followers) }
        }
    }

    /// What was found since this was last asked, a log's in order.
    func taken() -> [Finding] {
        findings.withLock { findings in
            defer { findings = [] }
            return findings
        }
    }

    /// Returns after a last look, some milliseconds. Twice is once.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }

    private func run(_ followers: [LogFollower]) {
        var looks = 0
        var isLast = false
        while !isLast {
            isLast = isStopping.load(ordering: .acquiring)
            looks += 1
            for follower in followers {
                let found = follower.look(follows: looks % Self.looksToFollow == 0)
                if !found.isEmpty { findings.withLock { $0 += found } }
            }
            if !isLast { Clocks.sleepUntil(monotonic: Clocks.monotonic() + Self.period) }
        }
        let missing = followers.filter { !$0.hasBeenOpen }.map { follower in
            Finding.trouble("\(follower.log.service): there was no log \(follower.log.path)")
        }
        findings.withLock { $0 += missing }
    }
}
