import AgentProtocol
import Faults
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import LinuxSystem
import Measures

/// An agent as a service: it tells its manager when it is ready and when it ends, and feeds the manager's watchdog as long as it
/// works. That is asked of the agent as a coordinator would, through its own socket, and of its guardian.
struct ServiceLife: Sendable {
    private let notifier: ServiceNotifier?
    private let socketPath: String
    private let tell: @Sendable (String) -> Void

    init(_ notifier: ServiceNotifier?, socketPath: String, tell: @escaping @Sendable (String) -> Void) {
        self.notifier = notifier
        self.socketPath = socketPath
        self.tell = tell
    }

    func ready() { notifier?.say("READY=1", "STATUS=idle") }
    func stopping() { notifier?.say("STOPPING=1", "STATUS=healing") }
    func status(_ text: String) { notifier?.say("STATUS=\(text)") }

    /// Until it is cancelled; at once when nobody watches. `checkGuarded`: throws when there is no guardian.
    func watch(checkGuarded: @escaping @Sendable () throws -> Void) async throws {
        guard let notifier, let limit = notifier.watchdog else { return }
        try await withGRPCClient(
            transport: HTTP2ClientTransport.Posix(
                target: .unixDomainSocket(path: socketPath),
                transportSecurity: .plaintext
            )
        ) { client in
            let agent = Faultline_Agent_V1_Agent.Client(wrapping: client)
            var options = CallOptions.defaults
            options.timeout = limit / 4
            while !Task.isCancelled {
                var rest = limit / 2
                do {
                    try checkGuarded()
                    try await Self.ask(agent, options)
                    notifier.say("WATCHDOG=1")
                } catch {
                    if Task.isCancelled { return }
                    tell("the watchdog is not fed: \(error)")
                    notifier.say("STATUS=does not work: \(error)")
                    rest = limit / 8
                }
                try await Task.sleep(for: rest)
            }
        }
    }

    /// The cheapest call that goes all the way: a run that nobody opened cannot be renewed, and it is the service that says so.
    private static func ask(
        _ agent: Faultline_Agent_V1_Agent.Client<HTTP2ClientTransport.Posix>,
        _ options: CallOptions
    ) async throws {
        do {
            _ = try await agent.renew(.init(), options: options)
        } catch let error as RPCError where error.code == .failedPrecondition {}
    }
}
