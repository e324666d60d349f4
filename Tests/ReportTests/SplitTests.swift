import Measures
import Testing
import Timeline

@testable import Decomposition
@testable import Report

@Suite("Where the time went")
struct SplitTests {
    private func split(bound: Int64 = 6_000) throws -> LoadSplit {
        let sample = SampleSplit(phases: ReportSample().phases, bound: bound)
        return try #require(sample.decomposition(of: ["browse"]).loads.first)
    }

    @Test("the parts' sums are the response times' sum, to the nanosecond")
    func sums() throws {
        for phase in try split().phases {
            #expect(phase.parts.reduce(0) { $0 + $1.sum } == phase.responseSum)
            #expect(phase.parts.allSatisfy { $0.lengths.count == phase.split })
        }
    }

    @Test("a bar's pieces lie one after the other and fill it")
    func pieces() throws {
        let split = try split()
        let chart = SplitChart(split: split, id: "s")
        let bars = chart.figure.drawing.filter { element in
            element.attributes.contains { $0.name == "fill" && $0.value.hasPrefix("url(#part") }
        }
        let number = { (element: Element, name: String) in
            element.attributes.first { $0.name == name }.flatMap { Double($0.value.filter { $0 != "%" }) }
                ?? .nan
        }
        let rows = Dictionary(grouping: bars) { number($0, "y") }
        #expect(rows.count == split.phases.count)
        for row in rows.values {
            var end = 0.0
            for piece in row {
                #expect(abs(number(piece, "x") - end) < 0.02)
                end = number(piece, "x") + number(piece, "width")
            }
            #expect(abs(end - 100) < 0.02)
        }
    }

    @Test(
        "a part that is mostly shorter than its bound is marked in table, bar and legend; a longer one is not"
    )
    func belowBound() throws {
        for (bound, isMarked) in [(Int64(9_000), true), (500, false)] {
            let split = try split(bound: bound)
            let table = SplitTable(split: split).table
            for row in table.rows {
                let isNetwork = row[1].text.hasPrefix("network")
                #expect(
                    row[2].text.hasPrefix("≲") == (isNetwork && isMarked),
                    "\(row[1].text) \(row[2].text)"
                )
                #expect(!isNetwork || row[2].note?.hasPrefix("± ") == true)
            }
            let html = SplitChart(split: split, id: "s").figure.html.rendered
            #expect(html.contains("stroke-dasharray") == isMarked)
            #expect(html.contains("shorter than its bound") == isMarked)
        }
    }

    @Test("a fault is named where it held what was sent, and nowhere else")
    func faults() throws {
        let rows = SplitTable(split: try split()).table.rows
        let named = rows.filter { !($0.last?.text.isEmpty ?? true) }.map {
            [$0[0].text, $0[1].text, $0[6].text]
        }
        #expect(
            named == [
                ["slow", "client’s queue", "slow"], ["cut", "client again", "cut"],
                ["crash", "server", "crash"],
            ]
        )
    }

    @Test("what was not split is told with its reasons")
    func rest() throws {
        let split = try split()
        let count = split.phases.count
        let text = try #require(SplitTable(split: split).rest)
        #expect(text.contains("\(count * 4) of") && text.contains("\(count * 3) no whole answer"))
        #expect(text.contains("\(count) not in a server’s capture"))
    }

    @Test("both pages have the section with captures, and neither has it without")
    func pages() {
        var sample = ReportSample()
        #expect(sample.report.html.contains("Where the time went"))
        #expect(sample.report.markdown.contains("Where the time of browse went"))
        sample.isCaptured = false
        #expect(!sample.report.html.contains("Where the time"))
        #expect(!sample.report.markdown.contains("Where the time"))
    }
}
