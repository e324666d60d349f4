import AgentProtocol
import Foundation
import GRPCCore
import LinuxSystem
import Measures
import Recording
import SwiftProtobuf
import Synchronization
import Timeline

/// What agents say and when, without hosts: each admits and arms whatever is asked of it, and tells of its clock as
/// often as an agent does. Which of them is asked is seen by the address that was called.
final class SimulatedAgents: Faultline_Agent_V1_Agent.SimpleServiceProtocol {
    private let version: String
    private let runs = Mutex<[String: Run]>([:])

    private struct Run {
        var zero = Clocks.monotonic()
        var hasBegun = false
        var isClosed = false
        var told: UInt64 = 0
        /// From one telling to the next, as an agent has it: about four probes.
        var telling = Duration.seconds(1)
        /// CLOCK_MONOTONIC nanoseconds.
        var tellAt: Int64 = 0
        /// What is told once its instant, nanoseconds after zero, is there.
        var edges: [(at: Int64, body: RunEvent.Body)] = []
    }

    init(version: String) {
        self.version = version
    }

    /// "ipv4:10.65.1.7:7443" is the address of one host.
    private func host(_ context: ServerContext) throws -> String {
        let parts = context.localPeer.split(separator: ":")
        guard parts.count == 3, let host = SimulatedNetwork.host(at: parts[1]) else {
            throw RPCError(code: .internalError, message: "called at \(context.localPeer)")
        }
        return host
    }

    private func change<Value: Sendable>(_ context: ServerContext, _ body: (inout Run) -> Value) throws
        -> Value
    {
        let host = try host(context)
        return runs.withLock { body(&$0[host, default: Run()]) }
    }

    func describe(
        request: Faultline_Agent_V1_DescribeRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_DescribeReply {
        let host = try host(context)
        return .with {
            $0.host = host
            $0.version = version
            $0.kernel = "simulated"
            $0.processors = 1
            $0.delayBackend = "queue"
        }
    }

    func admit(
        request: Faultline_Agent_V1_AdmitRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_AdmitReply { .init() }

    func openRun(
        request: Faultline_Agent_V1_OpenRunRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_OpenRunReply {
        let period = Duration(nanoseconds: request.reflector.pace.periodNs)
        try change(context) {
            $0 = Run()
            $0.telling = max(.seconds(1), period * 4)
        }
        return .with { $0.clock.boundNs = 1_000 }
    }

    func watch(
        request: Faultline_Agent_V1_WatchRequest,
        response: RPCWriter<Faultline_Agent_V1_Happening>,
        context: ServerContext
    ) async throws {
        let host = try host(context)
        while let (bodies, zero, last) = try change(context, Self.next) {
            for (index, body) in bodies.enumerated() {
                let number = last - UInt64(bodies.count - 1 - index)
                try await response.write(try Self.happening(body, number, on: host, zero))
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Its clock, and what is due of the faults.
    private static func next(_ run: inout Run) -> (bodies: [RunEvent.Body], zero: Int64, last: UInt64)? {
        guard !run.isClosed else { return nil }
        let reading = ClockReading(
            offsetNanoseconds: 0,
            boundNanoseconds: 1_000,
            state: "sync",
            exchanges: Int(run.told) * 4,
            roundTripNanoseconds: 100_000
        )
        let now = Clocks.monotonic()
        let isDue = now >= run.tellAt
        if isDue { run.tellAt = now + run.telling.nanoseconds }
        let due = run.edges.filter { $0.at <= now - run.zero }
        run.edges.removeAll { $0.at <= now - run.zero }
        let bodies = (isDue ? [.clock(reading)] : []) + due.map(\.body)
        run.told += UInt64(bodies.count)
        return (bodies, run.zero, run.told)
    }

    func begin(
        request: Faultline_Agent_V1_BeginRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_BeginReply {
        try change(context) {
            $0.zero = request.zeroReferenceNs
            $0.hasBegun = true
            $0.edges = request.faults.flatMap(Self.edges)
        }
        return .with {
            $0.armed = request.faults.map { fault in
                .with {
                    $0.fault = fault.id
                    $0.boundNs = 1_000
                    $0.operation = "simulated"
                }
            }
        }
    }

    func renew(
        request: Faultline_Agent_V1_RenewRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_RenewReply {
        let hasBegun = try change(context) { $0.hasBegun }
        return .with { $0.begun = hasBegun }
    }

    func closeRun(
        request: Faultline_Agent_V1_CloseRunRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_CloseRunReply {
        try change(context) { $0.isClosed = true }
        return .init()
    }

    private static func edges(of fault: Faultline_Agent_V1_Fault) -> [(at: Int64, body: RunEvent.Body)] {
        let seen = Observation(
            fault: fault.id,
            quantity: "effect",
            requested: "simulated",
            observed: "simulated",
            effect: .asRequested
        )
        return [
            (fault.startNs, .injection(InjectionEvent(fault: fault.id, step: .started, detail: "simulated"))),
            (fault.endNs, .injection(InjectionEvent(fault: fault.id, step: .ended, detail: ""))),
            (fault.endNs, .injection(InjectionEvent(fault: fault.id, step: .healed, detail: ""))),
            (fault.endNs, .observation(seen)),
        ]
    }

    private static func happening(_ body: RunEvent.Body, _ number: UInt64, on host: String, _ zero: Int64)
        throws
        -> Faultline_Agent_V1_Happening
    {
        let now = Instant(nanoseconds: Clocks.monotonic() - zero)
        let event = RunEvent(at: BoundedInstant(now, bound: .nanoseconds(1_000)), host: host, body: body)
        let text = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
        return .with {
            $0.event = text
            $0.number = number
        }
    }

    // MARK: what no run of this benchmark asks for

    func startService(
        request: Faultline_Agent_V1_StartServiceRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_StartServiceReply { throw Self.unasked }

    func acknowledge(
        request: Faultline_Agent_V1_AcknowledgeRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_AcknowledgeReply { .init() }

    func status(
        request: Faultline_Agent_V1_StatusRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_StatusReply { throw Self.unasked }

    func measureClock(
        request: Faultline_Agent_V1_MeasureClockRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_MeasureClockReply { throw Self.unasked }

    func halt(
        request: Faultline_Agent_V1_HaltRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_HaltReply { throw Self.unasked }

    private static var unasked: RPCError { RPCError(code: .unimplemented, message: "simulated") }
}
