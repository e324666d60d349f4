import Faults
import Foundation
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// The agent's small child. It shares nothing with the agent but a socket pair; when its input ends, the agent is gone, and
/// it undoes what the kernel does not undo by itself.
///
/// One JSON object a line: {"keep":{"id":…,"undo":…}}, {"release":…} or {"lease":…}; each is answered by "ok" so that the
/// agent knows before it acts.
///
/// The lease is for an agent that lives and does not run (SIGSTOP, a hung machine): when it ends unrenewed, everything that
/// is kept is undone, and stays kept, since undoing twice is undoing once.
package enum Guardian {
    /// Runs until the input ends. Returns how many undos failed.
    package static func run() -> Int {
        // The agent decides when this process ends, nobody's terminal does.
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { Glibc.signal(signal, SIG_IGN) }
        var kept: [(id: String, undo: Undo)] = []
        var lease: Int64?
        var input = GuardianInput()
        reading: while true {
            switch input.next(until: lease) {
            case .end: break reading
            case .leaseOver:
                lease = nil
                log("the agent's lease is over and it does not renew it")
                _ = undo(kept)
            case .line(let line):
                guard let message = try? JSONDecoder().decode(GuardianMessage.self, from: Data(line)) else {
                    print("unreadable", terminator: "\n")
                    fflush(nil)
                    continue
                }
                switch message {
                case .keep(let id, let undo): kept.append((id, undo))
                case .release(let id): kept.removeAll { $0.id == id }
                case .lease(let until): lease = until
                }
                print("ok", terminator: "\n")
                fflush(nil)
            }
        }
        return undo(kept)
    }

    private static func undo(_ kept: [(id: String, undo: Undo)]) -> Int {
        var failures = 0
        // The last change is undone first.
        for (id, undo) in kept.reversed() {
            do {
                try UndoPerformer.perform(undo)
                log("undid \(id): \(undo.text)")
            } catch {
                failures += 1
                log("could not undo \(id) (\(undo.text)): \(error)")
            }
        }
        return failures
    }

    private static func log(_ text: String) {
        FileHandle.standardError.write(Data("guardian: \(text)\n".utf8))
    }
}

enum GuardianMessage: Codable {
    case keep(id: String, undo: Undo)
    case release(id: String)
    /// CLOCK_MONOTONIC, nanoseconds; nil: there is none.
    case lease(until: Int64?)
}
