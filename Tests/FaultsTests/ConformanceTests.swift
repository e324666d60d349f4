import LinuxSystem
import Netlink
import Packetfilter
import Recording
import TestSupport
import Testing

/// One fault in a small world of its own, as the conformance suite meets it.
protocol FaultUnderTest: Sendable {
    /// Arms or fires it; it acts when this returns.
    func inject() throws
    /// What was asked for against what is felt.
    func effect() throws -> [Observation]
    func heal() throws
    /// The run ends: what the product itself finds to be different from before.
    func close() throws -> [String]
    /// The agent dies without a word while the fault acts, and its nets do their work.
    func crash() throws
    /// Everything that must be as before afterwards, in words or bytes that can be compared.
    func state() throws -> [String]
    /// What is still felt of the fault; nil: nothing.
    func trace() throws -> String?
}

/// A fault of the suite by its name, which is what a failing test shows.
struct ConformanceRow: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let hosts: Int
    let isWired: Bool
    let make: @Sendable ([TestHost]) throws -> any FaultUnderTest

    static func packets(_ kinds: [PacketKind]) -> [ConformanceRow] {
        kinds.map { kind in
            ConformanceRow(testDescription: kind.rawValue, hosts: 2, isWired: true) {
                try PacketFault(kind, hosts: $0)
            }
        }
    }

    static let services = ServiceKind.allCases.map { kind in
        ConformanceRow(testDescription: kind.rawValue, hosts: 1, isWired: false) {
            try ServiceFault(kind, host: $0[0])
        }
    }

    /// Makes the world, hands the fault over, and ends the world.
    func with(_ body: (any FaultUnderTest) throws -> Void) async throws {
        try await withTestNamespaces(count: hosts, wired: isWired) { hosts in try body(make(hosts)) }
    }
}

/// What holds of every fault, whatever its kind. The bodies know none.
enum ConformanceLaws {
    static func healingRestores(_ row: ConformanceRow) async throws {
        try await row.with { fault in
            let before = try fault.state()
            #expect(try fault.trace() == nil, "before")
            for occurrence in 1...2 {
                try fault.inject()
                let observations = try fault.effect()
                #expect(!observations.isEmpty)
                for observation in observations {
                    #expect(observation.effect == .asRequested, "\(occurrence): \(observation)")
                }
                try fault.heal()
                #expect(try fault.trace() == nil, "after healing \(occurrence)")
                #expect(try fault.state() == before)
                #expect(try fault.close() == [])
            }
        }
    }

    static func healingTwice(_ row: ConformanceRow) async throws {
        try await row.with { fault in
            let before = try fault.state()
            try fault.inject()
            try fault.heal()
            try fault.heal()
            #expect(try fault.trace() == nil)
            #expect(try fault.state() == before)
            #expect(try fault.close() == [])
        }
    }

    static func crashing(_ row: ConformanceRow) async throws {
        try await row.with { fault in
            let before = try fault.state()
            try fault.inject()
            for observation in try fault.effect() { #expect(observation.effect == .asRequested, "\(observation)") }
            try fault.crash()
            #expect(try fault.trace() == nil)
            #expect(try fault.state() == before)
        }
    }
}

@Suite("Every fault", .serialized, .requiresRoot, .requires(.networkNamespaces))
struct ConformanceTests {
    static let everywhere = ConformanceRow.packets(PacketKind.drops) + ConformanceRow.services

    @Test("acts as asked; healed, it leaves everything as it was, and can be injected again", arguments: everywhere)
    func healing(row: ConformanceRow) async throws { try await ConformanceLaws.healingRestores(row) }

    @Test("healed twice is healed once", arguments: everywhere)
    func twice(row: ConformanceRow) async throws { try await ConformanceLaws.healingTwice(row) }

    @Test("is gone after a crash of its agent", arguments: everywhere)
    func crash(row: ConformanceRow) async throws { try await ConformanceLaws.crashing(row) }
}

@Suite("Every fault by the queue", .serialized, .requiresRoot, .requires(.packetQueues))
struct ConformanceQueueTests {
    static let rows = ConformanceRow.packets(PacketKind.queue)

    @Test("acts as asked; healed, it leaves everything as it was, and can be injected again", arguments: rows)
    func healing(row: ConformanceRow) async throws { try await ConformanceLaws.healingRestores(row) }

    @Test("healed twice is healed once", arguments: rows)
    func twice(row: ConformanceRow) async throws { try await ConformanceLaws.healingTwice(row) }

    @Test("is gone after a crash of its agent", arguments: rows)
    func crash(row: ConformanceRow) async throws { try await ConformanceLaws.crashing(row) }
}

@Suite("Every fault by netem", .serialized, .requiresRoot, .requires(.delayTree))
struct ConformanceNetemTests {
    static let rows = ConformanceRow.packets(PacketKind.netem)

    @Test("acts as asked; healed, it leaves everything as it was, and can be injected again", arguments: rows)
    func healing(row: ConformanceRow) async throws { try await ConformanceLaws.healingRestores(row) }

    @Test("healed twice is healed once", arguments: rows)
    func twice(row: ConformanceRow) async throws { try await ConformanceLaws.healingTwice(row) }

    @Test("is gone after a crash of its agent", arguments: rows)
    func crash(row: ConformanceRow) async throws { try await ConformanceLaws.crashing(row) }
}
