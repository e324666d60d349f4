import Foundation
import Measures
import Testing

@testable import Timeline

/// Event logs with every definition of availability, computed elsewhere. `FAULTLINE_CASES` names another folder to check.
@Suite struct ReferenceCasesAvailability {
    @Test("every definition gives the reference value", arguments: try cases())
    func agrees(_ log: EventLog) throws {
        let end = Self.instant(log.end)
        let marks = log.events.map { Mark(at: Self.instant($0.t), good: $0.ok) }
        let ordered = marks.sorted { $0.at < $1.at }

        Self.expect(
            AvailabilityByRequest.share(good: marks.count(where: \.good), of: marks.count),
            log.requestRatio,
            "request ratio"
        )

        let windows = AvailabilityByWindow(
            of: marks,
            until: end,
            window: .seconds(log.params.window),
            threshold: log.params.windowThreshold
        )
        #expect(windows.good == log.windows.good)
        #expect(windows.bad == log.windows.bad)
        #expect(windows.noData == log.windows.noData)

        let users = AvailabilityByUser(
            of: log.events.map { .init(at: Self.instant($0.t), good: $0.ok, user: $0.u) },
            until: end,
            cutoff: log.params.cutoff.map { .seconds($0) } ?? .seconds(log.end)
        )
        Self.expect(users.share, log.userUptime, "user uptime")
        for (window, expected) in log.windowedUserUptime {
            let seconds = try #require(Double(window))
            Self.expect(users.worst(window: .seconds(seconds)), expected, "worst \(window) s")
        }

        let found = Self.outages(ordered, needed: log.params.goodNeeded, until: end)
        #expect(found.map(\.start.seconds) == log.outages.map { $0[0] })
        #expect(found.map(\.end?.seconds) == log.outages.map { $0[1] })
        Self.expect(
            AvailabilityByTime.share(outages: found, requests: marks.count, in: [.zero..<end]),
            log.timeBased,
            "time-based"
        )
        #expect(Self.bursts(marks) == log.failureBursts)
        try Self.checkRecovery(log, marks: marks)
    }

    @Test("a case with a field that nobody reads fails instead of passing unread")
    func unknownFieldIsRefused() throws {
        let text = #"[{"name": "x", "end": 1, "events": [], "surprise": 1}]"#
        #expect(throws: UnknownField.self) { try Self.decode(Data(text.utf8)) }
    }

    private static func checkRecovery(_ log: EventLog, marks: [Mark]) throws {
        guard let fault = log.fault else {
            #expect(log.recovery == nil)
            return
        }
        let expected = try #require(log.recovery)
        var sorted = MarkLog()
        for mark in marks { sorted.add(mark.at, good: mark.good) }
        sorted.sort()
        let recovery = Recovery(
            in: sorted,
            from: instant(fault.start),
            to: instant(log.end),
            steady: SteadyRule(goodInARow: log.params.goodNeeded, goodFor: .zero)
        )
        expect(recovery.timeToImpact?.seconds, expected.timeToImpact, "time to impact")
        #expect(recovery.censored == !expected.recovered)
        let proven = recovery.censored ? nil : recovery.timeToRecover
        let atLeast = recovery.censored ? recovery.timeToRecover : nil
        expect(proven?.seconds, expected.timeToRecover, "time to recover")
        expect(atLeast?.seconds, expected.timeToRecoverAtLeast, "time to recover at least")
        expect(recovery.outage.seconds, expected.outage, "outage")
        let afterRemoval = proven.map { $0.seconds - (fault.end - fault.start) }
        expect(afterRemoval, expected.recoverAfterFaultEnd, "recover after the fault's end")
        #expect(recovery.bad == expected.lostRequests)
        #expect(recovery.longestBurst == expected.longestBurst)
    }

    private static func outages(_ marks: [Mark], needed: Int, until end: Instant) -> [Outage] {
        var finder = OutageFinder(SteadyRule(goodInARow: needed, goodFor: .zero))
        for mark in marks { finder.add(mark) }
        return finder.finish(at: end).outages
    }

    /// Lengths, spelled out here a second time: the counter only keeps sums.
    private static func bursts(_ marks: [Mark]) -> [Int] {
        let lengths = marks.split(whereSeparator: \.good).map(\.count)
        var counter = BurstCounter()
        for mark in marks { counter.add(mark) }
        #expect(counter.summary.count == lengths.count)
        #expect(counter.summary.longest == lengths.max() ?? 0)
        return lengths
    }

    private static func expect(
        _ value: Double?,
        _ expected: Double?,
        _ what: String,
        location: SourceLocation = #_sourceLocation
    ) {
        switch (value, expected) {
        case (nil, nil): break
        case (let value?, let expected?):
            #expect(abs(value - expected) <= 1e-9, "\(what)", sourceLocation: location)
        default:
            Issue.record(
                "\(what): \(String(describing: value)) ≠ \(String(describing: expected))",
                sourceLocation: location
            )
        }
    }

    private static func instant(_ seconds: Double) -> Instant {
        Instant(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    private static func cases() throws -> [EventLog] {
        let folder: URL
        if let other = ProcessInfo.processInfo.environment["FAULTLINE_CASES"] {
            folder = URL(fileURLWithPath: other)
        } else {
            folder = Bundle.module.bundleURL.appendingPathComponent("Cases")
        }
        return try decode(Data(contentsOf: folder.appendingPathComponent("availability_cases.json")))
    }

    private static func decode(_ data: Data) throws -> [EventLog] {
        try EventLog.refuseUnknown(
            in: JSONSerialization.jsonObject(with: data),
            names: EventLog.fields,
            path: "case"
        )
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([EventLog].self, from: data)
    }
}

extension ReferenceCasesAvailability {
    struct UnknownField: Error, CustomStringConvertible {
        let description: String
    }

    /// One case of the file.
    struct EventLog: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let end: Double
        let events: [Event]
        let params: Parameters
        let requestRatio: Double?
        let windows: Windows
        let userUptime: Double?
        let windowedUserUptime: [String: Double?]
        let timeBased: Double?
        let outages: [[Double?]]
        let failureBursts: [Int]
        let fault: Fault?
        let recovery: Expected?

        struct Event: Decodable, Sendable {
            let t: Double
            let ok: Bool
            let u: String
        }
        struct Parameters: Decodable, Sendable {
            let window: Double
            let windowThreshold: Double
            let cutoff: Double?
            let goodNeeded: Int
        }
        struct Windows: Decodable, Sendable {
            let good: Int
            let bad: Int
            let noData: Int
        }
        struct Fault: Decodable, Sendable {
            let start: Double
            let end: Double
        }
        struct Expected: Decodable, Sendable {
            let timeToImpact: Double?
            let recovered: Bool
            let timeToRecover: Double?
            let timeToRecoverAtLeast: Double?
            let outage: Double
            let recoverAfterFaultEnd: Double?
            let lostRequests: Int
            let longestBurst: Int
        }

        var testDescription: String { name }

        /// The names that each object may have; a dot leads into it.
        static let fields: Set<String> = [
            "name", "end", "events", "events.t", "events.ok", "events.u", "params", "params.window",
            "params.window_threshold", "params.cutoff", "params.good_needed", "request_ratio", "windows",
            "windows.good",
            "windows.bad", "windows.no_data", "user_uptime", "windowed_user_uptime", "windowed_user_uptime.*",
            "time_based",
            "outages", "failure_bursts", "fault", "fault.start", "fault.end", "recovery",
            "recovery.time_to_impact",
            "recovery.recovered", "recovery.time_to_recover", "recovery.time_to_recover_at_least",
            "recovery.outage",
            "recovery.recover_after_fault_end", "recovery.lost_requests", "recovery.longest_burst",
        ]

        static func refuseUnknown(in value: Any, names: Set<String>, path: String, prefix: String = "") throws
        {
            if let list = value as? [Any] {
                for item in list { try refuseUnknown(in: item, names: names, path: path, prefix: prefix) }
            }
            guard let object = value as? [String: Any] else { return }
            for (key, inner) in object {
                let name = prefix + key
                guard names.contains(name) || names.contains(prefix + "*") else {
                    throw UnknownField(description: "\(path): nobody reads “\(name)”")
                }
                try refuseUnknown(in: inner, names: names, path: path, prefix: name + ".")
            }
        }
    }
}
