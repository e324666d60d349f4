import Faults
import Foundation
import LinuxSystem
import Processes
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
    /// Runs until the input ends. `pid`: the agent's. `folder`: where its locks are. Returns how many undos failed.
    package static func run(agent pid: Int32, folder: String) -> Int {
        // The agent decides when this process ends, nobody's terminal does.
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { Glibc.signal(signal, SIG_IGN) }
        var kept: [(id: String, undo: Undo)] = []
        let agent = parent(pid)
        var lease: Int64?
        // The wall clock when the lease was last renewed.
        var clock: ClockMap?
        var input = GuardianInput()
        StartupMemory.giveBack()
        reading: while true {
            switch input.next(until: lease) {
            case .end: break reading
            case .leaseOver:
                lease = nil
                log("the agent's lease is over and it does not renew it")
                endAgent(ifStepped: clock, agent)
                _ = StateLocks.whileUndoing(in: folder) { undo(kept) }
            case .line(let line):
                guard let message = try? JSONDecoder().decode(GuardianMessage.self, from: Data(line)) else {
                    answer("unreadable")
                    continue
                }
                switch message {
                case .keep(let id, let undo):
                    if let place = kept.firstIndex(where: { $0.id == id }) {
                        kept[place].undo = undo
                    } else {
                        kept.append((id, undo))
                    }
                case .release(let id): kept.removeAll { $0.id == id }
                case .lease(let until):
                    lease = until
                    clock = ClockMap.read()
                }
                answer("ok")
            }
        }
        return StateLocks.whileUndoing(in: folder) { undo(kept) }
    }

    /// Nil when it has ended already, and another process is our parent.
    private static func parent(_ pid: Int32) -> ProcessHandle? {
        guard let handle = try? ProcessHandle.open(pid), getppid() == pid else { return nil }
        return handle
    }

    private static func answer(_ word: String) {
        let bytes = Array((word + "\n").utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
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

    private static func log(_ text: String) { StandardError.say("guardian: \(text)") }

    /// The kernel's windows are written in CLOCK_REALTIME: one set back since would let them act for that much longer than
    /// the lease, or once more when that hour comes again. Its tables are tied to the agent alone, so it is ended; a frozen
    /// one could not have healed them.
    private static func endAgent(ifStepped before: ClockMap?, _ agent: ProcessHandle?) {
        let now = ClockMap.read()
        guard let before, let agent, before.wasStepped(until: now),
            now.realtimeMinusMonotonic < before.realtimeMinusMonotonic
        else { return }
        log("the clock was set back while the agent does not run: it is ended, and its packet rules with it")
        _ = try? agent.signal(SIGKILL)
    }
}

enum GuardianMessage: Codable {
    case keep(id: String, undo: Undo)
    case release(id: String)
    /// CLOCK_MONOTONIC, nanoseconds; nil: there is none.
    case lease(until: Int64?)
}
