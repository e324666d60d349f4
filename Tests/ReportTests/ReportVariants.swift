import Measures
import Recording
import Testing
import Timeline
import Verdict

@testable import Report

/// Runs that a report must survive, each with the reason why it is here.
enum ReportVariants {
    struct Variant: Sendable, CustomTestStringConvertible {
        let name: String
        let report: Report
        let html: String

        init(name: String, sample: ReportSample) {
            self.init(name: name, report: sample.report)
        }

        init(name: String, report: Report) {
            self.name = name
            self.report = report
            html = report.html
        }

        var testDescription: String { name }
    }

    static let all: [Variant] = [
        Variant(name: "usual", sample: ReportSample()),
        Variant(name: "no-loads", sample: with { $0.loadNames = [] }),
        Variant(name: "empty-load", sample: with { $0.rate = 0 }),
        Variant(name: "no-columns", sample: with { ($0.rate, $0.columns) = (0, 0) }),
        Variant(name: "no-faults", sample: with { $0.faults = [] }),
        Variant(name: "no-clocks", sample: with { $0.hasClocks = false }),
        Variant(name: "all-failed", sample: with { $0.deadShare = 1 }),
        Variant(name: "one-request", sample: with { $0.rate = 1 / 89.0 }),
        Variant(name: "two-loads", sample: with { $0.loadNames = ["browse", "checkout"] }),
        Variant(name: "uncertain-start", sample: with { $0.clockBound = .milliseconds(900) }),
        Variant(name: "fault-missing", sample: with { $0.faults[0].isMissing = true }),
        Variant(name: "many-faults", sample: with { $0.faults = repeated(14) }),
        Variant(name: "hostile", sample: hostile),
        Variant(name: "hour", report: HourOfRequests(noisy: false).report),
        Variant(name: "noisy-hour", report: HourOfRequests(noisy: true).report),
        Variant(name: "histories", sample: with { $0.histories = SampleHistories.all }),
        Variant(
            name: "guard",
            sample: with {
                ($0.seconds, $0.columns) = (45, 225)
                $0.faults[2].isMissing = true
                $0.notes = [guardNote]
                $0.incidents = [
                    Incident(exitCode: 4, text: "A guard stopped the run at 44.2 s: availability below 50 %.")
                ]
            }
        ),
    ]

    private static func with(_ change: (inout ReportSample) -> Void) -> ReportSample {
        var sample = ReportSample()
        sample.rate = 100
        change(&sample)
        return sample
    }

    /// Text from outside that wants to be markup, or to break a parser.
    static let attack = "</style><script>alert(1)</script>\"'&<b>|`*_]]>\u{0}\u{8}\u{1B}\u{202E}\u{FFFE}"

    private static var hostile: ReportSample {
        var sample = ReportSample()
        sample.rate = 100
        sample.experiment = attack
        sample.summary = attack
        sample.loadNames = [attack]
        for index in sample.faults.indices {
            sample.faults[index].name = attack + "\(index)"
            sample.faults[index].id = attack + "\(index)#1"
            sample.faults[index].description = attack
            sample.faults[index].reason = attack
        }
        sample.pairs = [(attack, attack + "2"), ("", attack)]
        sample.incidents = [Incident(exitCode: 5, text: attack)]
        sample.notes = [
            RunEvent(
                at: BoundedInstant(.zero, bound: .zero),
                host: attack,
                body: .note(kind: .guardFired, text: attack)
            )
        ]
        return sample
    }

    private static var guardNote: RunEvent {
        RunEvent(
            at: BoundedInstant(Instant(.seconds(44.2)), bound: .microseconds(20)),
            host: "coordinator",
            body: .note(
                kind: .guardFired,
                text: "availability below 50% over 10s: 48.2 %; stopped and healed"
            )
        )
    }

    private static func repeated(_ times: Int) -> [ReportSample.SampleFault] {
        (0..<times).map { index in
            ReportSample.SampleFault(
                name: ["slow", "cut", "crash", "pause-the-database", "loss", "restart", "partition-half"][
                    index % 7
                ],
                id:
                    "\(["slow", "cut", "crash", "pause-the-database", "loss", "restart", "partition-half"][index % 7])#\(index / 7 + 1)",
                description: "fault number \(index)",
                start: 5 + 6 * Double(index),
                end: 8 + 6 * Double(index),
                delay: index % 2 == 0 ? 0.05 : 0,
                lostShare: index % 2 == 0 ? 0 : 0.3,
                bites: 1
            )
        }
    }
}
