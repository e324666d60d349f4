import Faults
import LinuxSystem
import Measures
package import Processes
import Synchronization
import Undoing

/// The agent's guardian, whichever process that is at the moment: when one ends or falls silent, another takes its place
/// and is told all that is kept. Only when none can be had any more is the post lost: then nothing new is injected.
package final class GuardianPost: Sendable {
    private struct State {
        var link: GuardianLink?
        var kept: [(id: String, undo: Undo)] = []
        var lease: Int64?
        /// When guardians were replaced, CLOCK_MONOTONIC.
        var replacements: [Int64] = []
    }

    private let executable: String
    private let folder: String
    /// In words, for the agent's log.
    private let tell: @Sendable (String) -> Void
    /// Called once, when no guardian can be had.
    private let isLost: @Sendable () -> Void
    private let state: Mutex<State>

    /// More guardians than this in a minute: something ends them, and the next would end too.
    private static let mostReplacements = 8

    /// `folder`: the agent's. Errors: no guardian can be started.
    package init(
        executable: String,
        folder: String,
        tell: @escaping @Sendable (String) -> Void = { _ in },
        isLost: @escaping @Sendable () -> Void = {}
    ) throws {
        self.executable = executable
        self.folder = folder
        self.tell = tell
        self.isLost = isLost
        state = Mutex(State(link: try GuardianLink(executable: executable, folder: folder)))
        _ = try PinnedThread(name: "guardian-watch") { [weak self] in Self.watch { self } }
    }

    /// Of the guardian that is there now; nil: the post is lost.
    package var process: ProcessHandle? { state.withLock { $0.link?.process } }

    /// Errors: the post is lost.
    func check() throws { if process == nil { throw Self.lost } }

    /// Returns when a guardian has it. One that is kept under this id already is replaced. Errors: there is none.
    func keep(_ undo: Undo, id: String) throws {
        try state.withLock { state in
            let before = state.kept
            if let place = state.kept.firstIndex(where: { $0.id == id }) {
                state.kept[place].undo = undo
            } else {
                state.kept.append((id, undo))
            }
            do {
                try say(.keep(id: id, undo: undo), &state)
            } catch {
                state.kept = before
                throw error
            }
        }
    }

    /// Errors: there is no guardian; then none holds it either.
    func release(id: String) throws {
        try state.withLock { state in
            state.kept.removeAll { $0.id == id }
            try say(.release(id: id), &state)
        }
    }

    func lease(until: Int64?) throws {
        try state.withLock { state in
            state.lease = until
            try say(.lease(until: until), &state)
        }
    }

    /// To the guardian, or to the next one, which hears of it by being told all.
    private func say(_ message: GuardianMessage, _ state: inout State) throws {
        guard let link = state.link else { throw Self.lost }
        do { try link.send(message) } catch { try replace(link, &state) }
    }

    private func replace(_ old: GuardianLink, _ state: inout State) throws {
        let now = Clocks.monotonic()
        state.replacements = state.replacements.filter { now - $0 < 60_000_000_000 } + [now]
        // Before its line is closed: one that is only frozen would undo everything as soon as it runs on.
        _ = try? old.process.signal(9)
        let ended = old.process.wait(for: .seconds(5))
        state.link = nil
        while state.replacements.count <= Self.mostReplacements {
            do {
                let fresh = try GuardianLink(executable: executable, folder: folder)
                for (id, undo) in state.kept { try fresh.send(.keep(id: id, undo: undo)) }
                try fresh.send(.lease(until: state.lease))
                state.link = fresh
                tell(
                    "the guardian (pid \(old.process.pid)) \(ended?.description ?? "does not end"); another, pid "
                        + "\(fresh.process.pid), has taken over \(state.kept.count) undos"
                )
                return
            } catch {
                state.replacements.append(now)
            }
        }
        tell("there is no guardian any more: \(state.replacements.count) ended within a minute")
        isLost()
        throw Self.lost
    }

    /// A guardian that ends while nobody speaks to it is replaced at once: until then only the journal knows.
    private static func watch(_ post: () -> GuardianPost?) {
        while true {
            guard let process = post()?.process else { return }
            // The end is seen at once; the limit is only for a post that nobody holds any more.
            guard process.wait(for: .seconds(2)) != nil else { continue }
            guard let post = post() else { return }
            post.state.withLock { state in
                guard let link = state.link, link.process === process else { return }
                try? post.replace(link, &state)
            }
        }
    }

    private static var lost: FaultError {
        FaultError(
            "agent.guardian-gone",
            "the guardian has ended, and no other can be had; nothing was injected. See guardian.log, and whether "
                + "something ends processes of this host (memory, limits)"
        )
    }
}
