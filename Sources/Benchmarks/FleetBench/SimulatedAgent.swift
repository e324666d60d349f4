import AgentProtocol
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import LinuxSystem
import Measures
import Recording
import SwiftProtobuf

/// What an agent says and when, without a host: it admits and arms whatever is asked for, and tells of its clock once a second.
actor SimulatedAgent: Faultline_Agent_V1_Agent.SimpleServiceProtocol {
    private let host: String
    private let version: String
    private var zero = Clocks.monotonic()
    private var hasBegun = false
    private var isClosed = false
    private var told: UInt64 = 0

    init(host: String, version: String) {
        self.host = host
        self.version = version
    }

    /// Serves it on a socket of its own until its task is cancelled.
    func serve(on socket: String) async throws {
        let server = GRPCServer(
            transport: .http2NIOPosix(
                address: .unixDomainSocket(path: socket),
                transportSecurity: .plaintext
            ),
            services: [self]
        )
        try await server.serve()
    }

    func describe(
        request: Faultline_Agent_V1_DescribeRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_DescribeReply {
        .with {
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
        .with { $0.clock.boundNs = 1_000 }
    }

    func watch(
        request: Faultline_Agent_V1_WatchRequest,
        response: RPCWriter<Faultline_Agent_V1_Happening>,
        context: ServerContext
    ) async throws {
        while !isClosed {
            try await response.write(try next())
            try await Task.sleep(for: .seconds(1))
        }
    }

    func begin(
        request: Faultline_Agent_V1_BeginRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_BeginReply {
        zero = request.zeroReferenceNs
        hasBegun = true
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
        .with { $0.begun = hasBegun }
    }

    func closeRun(
        request: Faultline_Agent_V1_CloseRunRequest,
        context: ServerContext
    ) async throws -> Faultline_Agent_V1_CloseRunReply {
        isClosed = true
        return .init()
    }

    private func next() throws -> Faultline_Agent_V1_Happening {
        told += 1
        let reading = ClockReading(
            offsetNanoseconds: 0,
            boundNanoseconds: 1_000,
            state: "sync",
            exchanges: Int(told) * 4,
            roundTripNanoseconds: 100_000
        )
        let event = RunEvent(
            at: BoundedInstant(Instant(nanoseconds: Clocks.monotonic() - zero), bound: .nanoseconds(1_000)),
            host: host,
            body: .clock(reading)
        )
        let text = String(decoding: try JSONEncoder().encode(event), as: UTF8.self)
        return .with {
            $0.event = text
            $0.number = told
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
