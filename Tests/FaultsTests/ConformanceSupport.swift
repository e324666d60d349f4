import Faults
import Glibc
import LinuxSystem
import Measures
import Synchronization
import TestSupport
import Undoing

/// Lengths of time of the conformance suite, in nanoseconds. An emulated guest takes three times as long for everything.
enum Pace {
    static let factor: Int64 = getenv("FAULTLINE_STOCK_KERNEL") == nil ? 1 : 3
    static func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 * factor }
    /// From arming to acting: ahead of time, also on a machine that is busy for half a second with something else.
    static let lead = milliseconds(600)
    /// Further away than any test lasts.
    static let longest = milliseconds(20_000)
}

/// Something that goes on in a namespace, on a thread of its own, while the test does other things. The thread is a
/// real-time one where the host allows it, so that what it measures is the path and not the other tests.
final class Aside<Value: Sendable>: Sendable {
    private final class Outcome: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }

    private let outcome: Outcome
    private let thread: Mutex<PinnedThread?>

    init(in namespace: NetworkNamespace, _ body: @escaping @Sendable () throws -> Value) throws {
        let outcome = Outcome()
        self.outcome = outcome
        thread = Mutex(
            try PinnedThread(name: "aside", realtimePriority: 20) {
                let result = Result {
                    try namespace.enter()
                    return try body()
                }
                outcome.result.withLock { $0 = result }
            }
        )
    }

    /// Waits for the end.
    func value() throws -> Value {
        thread.withLock { $0.take() }?.join()
        guard let result = outcome.result.withLock({ $0 }) else {
            throw SystemError("aside", refused: "no result")
        }
        return try result.get()
    }
}

/// Remembers undos as guardian and journal do, and refuses to when told so.
final class TestKeeper: UndoKeeper {
    struct Refusal: Error {}

    private struct State {
        var kept: [String: Undo] = [:]
        var history: [Undo] = []
        var refuses = false
    }

    private let state = Mutex(State())
    /// Called before anything is remembered.
    private let onKeep: @Sendable () -> Void

    init(refuses: Bool = false, onKeep: @escaping @Sendable () -> Void = {}) {
        self.onKeep = onKeep
        state.withLock { $0.refuses = refuses }
    }

    /// What is still to be undone.
    var kept: [Undo] { state.withLock { Array($0.kept.values) } }
    /// All that ever was.
    var history: [Undo] { state.withLock { $0.history } }

    func keep(_ undo: Undo, id: String, fault: String) throws {
        onKeep()
        try state.withLock { state in
            if state.refuses { throw Refusal() }
            state.kept[id] = undo
            state.history.append(undo)
        }
    }

    func release(id: String) throws {
        state.withLock { $0.kept[id] = nil }
    }
}

/// Runs a command line in a namespace; exit status and output, both streams.
func conformanceShell(_ command: String, in namespace: NetworkNamespace) throws -> (
    status: Int32, text: String
) {
    // What a thread starts is where the thread is.
    try namespace.inside {
        guard let pipe = popen("{ \(command)\n} 2>&1", "r") else { return (-1, "popen") }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            text += chunk[..<count]
        }
        return (pclose(pipe) >> 8, String(decoding: text, as: UTF8.self))
    }
}

/// Asks every 2 ms, for at most five seconds (in an emulated guest 15).
func eventuallyHolds(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Clocks.monotonic() + Pace.milliseconds(5000)
    while Clocks.monotonic() < deadline {
        if try condition() { return true }
        usleep(2000)
    }
    return try condition()
}
