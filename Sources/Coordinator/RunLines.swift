import Foundation
import LinuxSystem
import Measures
import Recording
import Schedule
import Timeline

/// The lines to all agents of a run that is open: they are kept until it ends, and it ends on every one of them.
struct RunLines: Sendable {
    private let links: [AgentLink]
    private let folder: RunFolder
    private let recorder: Recorder
    private let stopSwitch: StopSwitch
    private let end: Instant

    init(_ connections: [AgentConnection], of conductor: Conductor, _ recorder: Recorder) {
        folder = conductor.folder
        stopSwitch = conductor.stopSwitch
        end = conductor.schedule.end
        self.recorder = recorder
        links = connections.map {
            AgentLink(
                $0,
                run: conductor.folder.url.lastPathComponent,
                lease: conductor.settings.lease,
                among: connections.count,
                recorder: recorder,
                stopSwitch: conductor.stopSwitch
            )
        }
    }

    /// Opens the run on every agent, and keeps it open there from then on. Errors: the first; then it is to be let go.
    func open(_ body: @Sendable @escaping (AgentConnection) async throws -> Void) async throws {
        // Mostly they wait for probes.
        let atOnce = max(mostAtOnce, links.count / 10)
        _ = try await links.sideBySide(atOnce: atOnce) { link in
            try await body(link.connection)
            link.opened()
        }
    }

    /// No lease is renewed any more.
    func letGo() { for link in links { link.letGo() } }

    /// Each agent's lease is renewed once, by a coordinator that comes after another. Why the run cannot go on; nil: it can.
    func rejoin() async -> String? {
        let problems = await links.sideBySide(atOnce: mostWaitedFor) { await $0.rejoin() }.compactMap { $0 }
        return problems.sorted().first
    }

    /// Keeps the lines while the body goes on; then, however that ended, heals and closes on every agent that answers, takes
    /// down what they still have to tell, and closes the recording.
    func throughout(zero: Int64, _ body: () async throws -> Void) async throws {
        let watches = links.map { link in Task { await link.watch() } }
        var failure: (any Error)?
        do { try await body() } catch { failure = error }
        if let reason = stopSwitch.reason {
            let now = Instant(nanoseconds: Clocks.monotonic() - zero)
            await recorder.add(.note(reason.noteKind, reason.text, at: now))
        }
        // Healing happens on every way out: a task of its own is not cancelled with this one.
        await Task { await closeRuns() }.value
        letGo()
        await Array(zip(links, watches)).sideBySide(atOnce: mostWaitedFor) { await finish($1, of: $0) }
        ResumeNote.remove(from: folder)
        try await recorder.close()
        if let failure { throw failure }
    }

    private func closeRuns() async {
        let reason = stopSwitch.reason?.text ?? "finished"
        _ = await links.sideBySide(atOnce: mostWaitedFor) { link in
            let host = link.connection.host.name
            do {
                for difference in try await link.close(reason: reason) {
                    await recorder.add(.note(.healFailed, difference, at: end, host: host))
                }
            } catch {
                await recorder.add(.note(.agentLost, "\(error)", at: end, host: host))
            }
        }
    }

    /// What an agent has kept while it was not reached takes longer than what is on its way.
    private func finish(_ watch: Task<Void, Never>, of link: AgentLink) async {
        let limit = link.isLeaseOver ? Duration.seconds(3) : .seconds(15)
        let timer = Task {
            try await Task.sleep(for: limit)
            watch.cancel()
        }
        await watch.value
        timer.cancel()
        // Of one that did not answer it is said already.
        guard link.hasClosed, !link.hasToldAll, await recorder.isNumbered(link.connection.host.name) else {
            return
        }
        let host = link.connection.host.name
        let text = "\(host) did not tell all that happened there"
        await recorder.add(.note(.agentLost, text, at: end, host: host))
    }
}

extension RunEvent {
    /// Where what concerns the run itself happens.
    static let coordinator = "coordinator"

    /// Of the coordinator, whose clock is the run's.
    static func note(_ kind: NoteKind, _ text: String, at instant: Instant, host: String = coordinator)
        -> RunEvent
    {
        RunEvent(at: BoundedInstant(instant, bound: .zero), host: host, body: .note(kind: kind, text: text))
    }
}
