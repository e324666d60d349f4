import Capture
import Decomposition
import Glibc
import LinuxSystem
import Measures
import Packets
import Plan
import Recording
import ReferenceTime
import Schedule
import TestSupport
import Testing
import Timeline

/// What is split needs no protocol: requests and answers of real servers, found by their packets alone.
@Suite(
    "Splits of request-reply protocols",
    .serialized,
    .requiresRoot,
    .requires(.networkNamespaces),
    .requires(.packetSockets)
)
struct ProtocolSplitTests {
    @Test(
        "every request of Redis is split, and each part is where it belongs",
        .enabled(
            if: access(TalkingServer.redis.program, X_OK) == 0,
            "needs redis-server (apt-get install redis-server)"
        )
    )
    func redis() async throws { try await check(.redis) }

    @Test(
        "every request of PostgreSQL is split, and each part is where it belongs",
        .enabled(
            if: access(TalkingServer.postgres.program, X_OK) == 0,
            "needs PostgreSQL 15 (apt-get install postgresql-15)"
        )
    )
    func postgres() async throws { try await check(.postgres) }

    private func check(_ server: TalkingServer) async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await server.run(in: hosts[1].namespace) {
                try await withCaptureFile { clientFile in
                    try await withCaptureFile { serverFile in
                        let filter = "tcp port \(server.port)"
                        let captures = try [
                            hosts[0].capture(filter: filter, file: clientFile),
                            hosts[1].capture(filter: filter, file: serverFile),
                        ]
                        let client = TalkingClient(server: server, address: hosts[1].address)
                        let said = try hosts[0].namespace.inside { try client.talk(40) }
                        for capture in captures { #expect(capture.stop().dropped == 0) }
                        for request in server.requests {
                            let own = said.filter { $0.request.bytes == request.bytes }.map(\.exchange)
                            let phase = try split(own, server, clientFile, serverFile)
                            #expect(phase.split == 40 && phase.unsplit.isEmpty, "\(phase.unsplit)")
                            #expect(phase.parts.reduce(0) { $0 + $1.sum } == phase.responseSum)
                            let total = own.reduce(Int64(0)) { $0 + ($1.done - $1.intended).nanoseconds }
                            #expect(phase.responseSum == total)
                            #expect(
                                try #require(phase[.server].quantile(0)).nanoseconds >= request.least * 99
                                    / 100
                            )
                            #expect(phase.parts.allSatisfy { $0.sum + $0.boundSum >= 0 })
                            // Nothing else takes what the server sleeps.
                            for part in phase.parts where part.part != .server && request.least > 0 {
                                #expect(try #require(part.quantile(0.5)).nanoseconds < request.least / 2)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Both hosts are on one kernel: the offset is 0 in truth, and known to ± 20 µs.
    private func split(
        _ exchanges: [Exchange],
        _ server: TalkingServer,
        _ clientFile: String,
        _ serverFile: String
    )
        throws -> PhaseSplit
    {
        let map = ClockMap.read()
        let hosts = try [("client", clientFile), ("server", serverFile)].map { name, path in
            var host = CapturedHost(name: name)
            host.add(
                ClockReading(
                    offsetNanoseconds: 0,
                    boundNanoseconds: 20_000,
                    state: "sync",
                    exchanges: 1,
                    roundTripNanoseconds: 0,
                    model: ClockModel(time: map.readAt, low: -20_000, high: 20_000, driftPPM: 0),
                    realtime: RealtimeOffset(
                        local: map.readAt,
                        offset: map.realtimeMinusMonotonic,
                        halfWidth: map.halfWidth
                    )
                )
            )
            let file = try #require(CaptureFile(try FileContents.read(PcapFile.path(path, 1))))
            #expect(host.add(file) == nil)
            return host
        }
        let load = LoadPlan(
            name: "talk",
            from: "client",
            request: .http(
                HTTPRequestPlan(
                    method: "GET",
                    address: HTTPAddress(host: "server", port: server.port, path: "/"),
                    headers: [],
                    body: "",
                    timeout: .seconds(1)
                )
            ),
            arrivals: .constant(perSecond: 1),
            good: GoodCriterion(statuses: 200...299, within: nil),
            connections: 1
        )
        let end = Instant(nanoseconds: .max)
        let timeline = Timeline(
            header: RunHeader(
                experiment: "talk",
                summary: "",
                planDigest: "",
                seed: 1,
                startedAt: "",
                durationNanoseconds: 0,
                faultlineVersion: "",
                hosts: []
            ),
            phases: [Phase(kind: .baseline, start: .zero, end: end)],
            end: end,
            loads: [],
            faults: [],
            clocks: [],
            notes: [],
            processes: []
        )
        var splitting = Splitting(loads: [load], hosts: hosts, phases: timeline.phases)
        splitting.add(origin: 0, load: "talk", host: "client")
        for exchange in exchanges { splitting.add(exchange, load: "talk") }
        return try #require(splitting.finish(timeline).loads.first?.phases.first)
    }
}
