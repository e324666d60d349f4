package import Measures
package import Recording

/// One fault in force on this host, or armed to be. It exists to be healed; whoever arms it must heal it. Between arming
/// and healing the kernel alone starts and ends it, so no promise rests on this process being scheduled.
package protocol Injection: Sendable {
    /// The scheduled fault's id, "slow#1".
    var id: String { get }
    /// What was installed, in the kernel's words.
    var operation: Operation { get }
    /// The clock is known better: the fault is to begin and end then. Without effect on what has begun or ended already,
    /// and on what cannot be moved any more.
    func move(to window: ActingWindow) throws
    /// It must not begin, wherever its start lies: at once, and cheaply; healing follows. Without effect on what has begun.
    func disarm() throws
    /// The lease was renewed: the fault may act until this (CLOCK_MONOTONIC, nanoseconds), but never beyond its end.
    func extend(leaseUntil: Int64) throws
    /// What the kernel says now.
    func readBack() throws -> ReadBack
    /// Removes it and checks that it is gone. Healing twice is healing once.
    func heal() throws
}

extension Injection {
    package func disarm() throws { try move(to: .never) }
}

/// The kernel's own account of an injection.
package struct ReadBack: Sendable, Equatable {
    /// Everything that was installed is there, with the parameters asked for.
    package let isInstalled: Bool
    package let tally: Tally
    package let detail: String

    /// Packets that the fault took hold of so far.
    package var packets: UInt64 { tally.seen }

    package init(isInstalled: Bool, tally: Tally, detail: String) {
        self.isInstalled = isInstalled
        self.tally = tally
        self.detail = detail
    }

    package init(isInstalled: Bool, packets: UInt64, detail: String) {
        self.init(isInstalled: isInstalled, tally: Tally(seen: packets), detail: detail)
    }
}

/// When a packet fault acts, on this host's CLOCK_MONOTONIC, nanoseconds.
package struct ActingWindow: Sendable, Equatable {
    package let start: Int64
    package let end: Int64

    package init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// Years ahead, and no length: within what a wall clock's nanoseconds can say.
    package static let never = ActingWindow(start: 1 << 61, end: 1 << 61)

    /// The end that the kernel is given while the lease lasts until then; never before the start.
    package func end(leaseUntil: Int64) -> Int64 {
        max(start, min(end, leaseUntil))
    }
}

/// A fault could not be armed, read back or healed.
package struct FaultError: ReadableError {
    package let code: String
    package let message: String
    package let exitCode: ExitCode

    package init(_ code: String, _ message: String, exitCode: ExitCode = .agentFailed) {
        self.code = code
        self.message = message
        self.exitCode = exitCode
    }
}

/// An injection that can tell what it has brought about; asked at the window's end, before it is healed.
package protocol Observable: Injection {
    /// Stamps on both sides of what began it, and of what ended it; nil before, and where others keep the instants.
    var began: LocalSpan? { get }
    var ended: LocalSpan? { get }
    func observations() -> [Observation]
}
