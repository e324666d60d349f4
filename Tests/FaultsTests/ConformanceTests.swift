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
    /// The run ends after that: what the product itself finds to be different from before.
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

/// What holds of every fault, whatever its kind: these bodies know none.
enum ConformanceLaw: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case healing = "acts as asked; healed, it leaves everything as it was, and can be injected again"
    case twice = "healed twice is healed once"
    case crash = "is gone after a crash of its agent"

    var testDescription: String { rawValue }

    func check(_ row: ConformanceRow) async throws {
        try await row.with { fault in
            let before = try fault.state()
            #expect(try fault.trace() == nil, "before")
            switch self {
            case .healing:
                for occurrence in 1...2 {
                    try Self.injectAndFeel(fault)
                    try fault.heal()
                    #expect(try fault.trace() == nil, "after healing \(occurrence)")
                    #expect(try fault.close() == [])
                    try expectSame(before, fault.state())
                }
            case .twice:
                try fault.inject()
                try fault.heal()
                try fault.heal()
                #expect(try fault.close() == [])
            case .crash:
                try Self.injectAndFeel(fault)
                try fault.crash()
            }
            #expect(try fault.trace() == nil)
            try expectSame(before, fault.state())
        }
    }

    private static func injectAndFeel(_ fault: any FaultUnderTest) throws {
        try fault.inject()
        let observations = try fault.effect()
        #expect(!observations.isEmpty)
        for observation in observations { #expect(observation.effect == .asRequested, "\(observation)") }
    }
}

@Suite("Every fault", .serialized, .requiresRoot, .requires(.networkNamespaces), .requires(.ownedTables))
struct ConformanceTests {
    static let rows = ConformanceRow.packets(PacketKind.drops) + ConformanceRow.services

    @Test("every law of all faults", arguments: ConformanceLaw.allCases, rows)
    func all(law: ConformanceLaw, row: ConformanceRow) async throws { try await law.check(row) }

    @Test("every law of packet faults", arguments: PacketLaw.allCases, PacketKind.drops)
    func packets(law: PacketLaw, kind: PacketKind) async throws { try await law.check(kind) }
}

@Suite(
    "Every fault by the queue",
    .serialized,
    .requiresRoot,
    .requires(.ownedTables),
    .requires(.packetQueues)
)
struct ConformanceQueueTests {
    @Test(
        "every law of all faults",
        arguments: ConformanceLaw.allCases,
        ConformanceRow.packets(PacketKind.queue + PacketKind.counted)
    )
    func all(law: ConformanceLaw, row: ConformanceRow) async throws { try await law.check(row) }

    @Test("every law of packet faults", arguments: PacketLaw.allCases, PacketKind.queue)
    func packets(law: PacketLaw, kind: PacketKind) async throws { try await law.check(kind) }
}

@Suite("Every fault by netem", .serialized, .requiresRoot, .requires(.ownedTables), .requires(.delayTree))
struct ConformanceNetemTests {
    @Test(
        "every law of all faults",
        arguments: ConformanceLaw.allCases,
        ConformanceRow.packets(PacketKind.netem)
    )
    func all(law: ConformanceLaw, row: ConformanceRow) async throws { try await law.check(row) }

    @Test("every law of packet faults", arguments: PacketLaw.allCases, PacketKind.netem)
    func packets(law: PacketLaw, kind: PacketKind) async throws { try await law.check(kind) }
}
