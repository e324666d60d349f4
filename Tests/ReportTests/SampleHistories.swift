import Testing
import Verdict

@testable import Report

/// Histories with all that there may be to say of one.
enum SampleHistories {
    static let all = [
        HistoryFigures(
            history: "orders",
            description:
                "a set, 5 clients at the primary shop of the sentinels cache1:26379 from client, 100.0/s",
            isWhole: true,
            operations: 3_409,
            ok: 3_404,
            failed: 0,
            unknown: 5,
            elements: ElementFigures(
                wasRead: true,
                acknowledged: 3_404,
                lost: 2_053,
                duplicated: 0,
                recovered: 0,
                unexpected: 0,
                losses: LossFigures(
                    oldestSeconds: 6.01,
                    newestSeconds: 26.46,
                    fault: "crash#1",
                    recoveryPointSeconds: -20.46,
                    examples: [1_000_000_006]
                )
            )
        ),
        HistoryFigures(
            history: "prices",
            description:
                "10 registers, 3 clients on each, 50% reads at redis://cache1:6379 from client, 100.0/s",
            isWhole: true,
            operations: 3_398,
            ok: 3_368,
            failed: 9,
            unknown: 21,
            registers: RegisterFigures(
                linearizable: "violated",
                keys: 10,
                okWrites: 1_600,
                okReads: 1_768,
                violations: ["1: neither came first: 29000000006 (lines 1, 3) and 29000000007 (line 2)"],
                example: [
                    operation(0, 29, "write", 29_000_000_006, 6.2, 6.21),
                    operation(0, 231, "read", 29_000_000_006, 26.1, 26.1),
                    operation(1, 29, "write", 29_000_000_007, 8.5, nil),
                    operation(1, 30, "read", nil, 9.1, 9.4),
                ]
            )
        ),
    ]

    private static func operation(
        _ group: Int,
        _ client: Int,
        _ verb: String,
        _ value: Int64?,
        _ start: Double,
        _ end: Double?
    ) -> ExampleOperation {
        ExampleOperation(
            group: group,
            key: "1",
            client: client,
            verb: verb,
            value: value,
            startSeconds: start,
            endSeconds: end,
            line: client
        )
    }
}

/// What recorded histories look like in the pages.
@Suite struct HistoryPageTests {
    private var report: Report? { ReportVariants.all.first { $0.name == "histories" }?.report }

    @Test("both pages count what was lost, and draw the counter-example once for each operation")
    func pages() throws {
        let report = try #require(report)
        let loss = "acknowledged from 6.01 s to 26.46 s; RPO: the newest of them 20.46 s after crash#1 began"
        #expect(report.html.contains(loss))
        #expect(report.markdown.contains("RPO: the newest of them 20.46 s after"))
        #expect(report.markdown.contains("## Correctness"))
        let chart = try #require(ExampleChart(report.verdict, id: "x")).figure
        #expect(chart.table.rows.count == 4)
        let bars = chart.drawing.filter { $0.name == "rect" }
        #expect(bars.count == 4)
        // Within the drawing, each with an extent.
        for bar in bars {
            let value = { (name: String) in
                Double(bar.attributes.first { $0.name == name }?.value.dropLast() ?? "") ?? -1
            }
            #expect(value("x") >= 0 && value("width") > 0 && value("x") + value("width") <= 100.001)
        }
        #expect(bars.filter { $0.attributes.contains { $0.name == "stroke-dasharray" } }.count == 1)
    }

    @Test("a verdict without histories has no such section")
    func none() throws {
        let usual = try #require(ReportVariants.all.first { $0.name == "usual" })
        #expect(!usual.html.contains("counter-example") && !usual.html.contains("id=\"correctness\""))
    }
}
