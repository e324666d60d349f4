package import Measures
import Recording
import Synchronization

/// Why a run ended before its time.
package enum StopReason: Sendable, Equatable {
    case user
    /// By an operator, on some host.
    case halted(String)
    case guarded(String)
    /// There is nothing left to find out.
    case decided(String)
    case agentLost(String)
    /// A fault's start was not known as well as the file asks.
    case clockUnknown(String)

    package var text: String {
        switch self {
        case .user: "stopped by the user"
        case .guarded(let text): "stopped by a guard: \(text)"
        case .halted(let text), .decided(let text), .agentLost(let text), .clockUnknown(let text): text
        }
    }

    var noteKind: RunEvent.NoteKind {
        switch self {
        case .user: .interrupted
        case .halted: .halted
        case .guarded: .guardFired
        case .decided: .decided
        case .agentLost: .agentLost
        case .clockUnknown: .clockUnknown
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .decided: .met
        case .user, .guarded, .halted: .stopped
        case .agentLost, .clockUnknown: .agentFailed
        }
    }
}

/// A switch that any part of a run may throw; the first reason stays.
package final class StopSwitch: Sendable {
    private let first = Mutex<StopReason?>(nil)

    package init() {}

    package func stop(_ reason: StopReason) {
        first.withLock { $0 = $0 ?? reason }
    }

    package var reason: StopReason? { first.withLock { $0 } }

    /// The reason, or nil when the limit came first. Looks every 20 ms: a stop need not be faster, and a task that
    /// waits on a stream could be waited for only once.
    func wait(atMost limit: Duration) async -> StopReason? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let reason { return reason }
            try? await Task.sleep(for: min(.milliseconds(20), deadline - ContinuousClock.now))
        }
        return reason
    }
}
