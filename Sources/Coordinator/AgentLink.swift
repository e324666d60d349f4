import AgentProtocol
import LinuxSystem
import Measures
import Synchronization

/// One agent during a run: its lease is renewed, and what it tells is read, over connections that may break and come back.
/// What is told has numbers, so that nothing is lost and nothing counted twice.
final class AgentLink: Sendable {
    let connection: AgentConnection
    private let run: String
    private let recorder: Recorder
    private let stopSwitch: StopSwitch
    private let account: Mutex<LeaseAccount>
    /// Told all, by the agent's word.
    private let toldAll = Mutex(false)
    /// Answered when the run was closed there.
    private let closed = Mutex(false)
    /// Renews the lease.
    private let keeping = Mutex<Task<Void, Never>?>(nil)

    init(
        _ connection: AgentConnection,
        run: String,
        lease: Duration,
        among hosts: Int,
        recorder: Recorder,
        stopSwitch: StopSwitch
    ) {
        self.connection = connection
        self.run = run
        self.recorder = recorder
        self.stopSwitch = stopSwitch
        account = Mutex(LeaseAccount(lease: lease, hosts: hosts, openedAt: Clocks.monotonic()))
    }

    private var host: String { connection.host.name }

    var hasToldAll: Bool { toldAll.withLock { $0 } }
    var hasClosed: Bool { closed.withLock { $0 } }
    var isLeaseOver: Bool { account.withLock { $0.isOver(at: Clocks.monotonic()) } }

    /// The lease is renewed by a coordinator that comes after another. Why it cannot go on; nil: it can.
    func rejoin() async -> String? {
        let number = await recorder.received(from: host)
        do {
            let reply = try await connection.renew(run: run, acknowledged: number, within: .seconds(5))
            opened()
            return reply.begun ? nil : "\(host) had not begun when the first coordinator ended"
        } catch {
            return "\(host) cannot go on: \(error)"
        }
    }

    /// The agent has begun to count: the lease is renewed from now on. Others may still be opening, which takes longer than a
    /// lease where they are thousands.
    func opened() {
        account.withLock { $0.renewed(answeredAt: Clocks.monotonic()) }
        keeping.withLock { $0 = $0 ?? Task { await keepLease() } }
    }

    /// The lease is renewed no more.
    func letGo() { keeping.withLock { $0?.cancel() } }

    /// How long a frozen or a busy agent may take until a word of it is told.
    private static let telling = Duration.seconds(1)

    /// Until it is cancelled, or the lease is over.
    private func keepLease() async {
        let (interval, patience) = account.withLock { ($0.interval, $0.patience) }
        while (try? await Task.sleep(for: interval)) != nil {
            let number = await recorder.received(from: host)
            do {
                _ = try await connection.renew(run: run, acknowledged: number, within: patience)
                account.withLock { $0.renewed(answeredAt: Clocks.monotonic()) }
            } catch let error as AgentError where error.isRefusal {
                guard !Task.isCancelled else { return }
                // Why it is over is told by the agent, which may say that somebody halted it.
                if await stopSwitch.wait(atMost: Self.telling) == nil {
                    stopSwitch.stop(.agentLost("the run ended on \(host) before its time: \(error.message)"))
                }
                return
            } catch {
                guard !Task.isCancelled else { return }
                // An agent from before there were numbers would not tell again what is lost with the connection.
                if await recorder.isNumbered(host) { connection.renewConnection() }
                if isLeaseOver {
                    stopSwitch.stop(.agentLost("the agent on \(host) does not answer; its lease is over"))
                    return
                }
            }
        }
    }

    /// Reads until the agent has told all, or until it is cancelled.
    func watch() async {
        while !Task.isCancelled {
            do {
                let number = await recorder.received(from: host)
                try await connection.watch(run: run, after: number) { [recorder, host] happening in
                    await recorder.add(happening, from: host)
                }
                toldAll.withLock { $0 = true }
                let last = await recorder.received(from: host)
                try? await connection.acknowledge(run: run, last)
                return
            } catch {
                guard !Task.isCancelled else { return }
                if let refused = error as? AgentError, refused.isRefusal {
                    stopSwitch.stop(
                        .agentLost("the agent on \(host) does not know this run: \(refused.message)")
                    )
                    return
                }
                guard await recorder.isNumbered(host) else {
                    stopSwitch.stop(.agentLost("the agent on \(host) is gone: \(error)"))
                    return
                }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Ends the run there. What could not be healed. Errors: it does not answer.
    func close(reason: String) async throws -> [String] {
        let limit = isLeaseOver ? Duration.seconds(3) : .seconds(20)
        let reply = try await connection.closeRun(run: run, reason: reason, within: limit)
        closed.withLock { $0 = true }
        return reply.differences
    }
}
