import Foundation
import Measures
import Schedule
import Testing
import Timeline
import Verdict

@testable import Report

@Suite("Ways from probes and from requests")
struct WayTests {
    private func sample(isCaptured: Bool) -> ReportSample {
        var sample = ReportSample(rate: 50)
        sample.isCaptured = isCaptured
        return sample
    }

    @Test("a captured pair has a row of its requests under that of its probes, and no other has")
    func rows() throws {
        for isCaptured in [true, false] {
            let sample = sample(isCaptured: isCaptured)
            let table = WayTable(verdict: sample.verdict(of: sample.timeline))
            let rows = table.table.rows.map { $0.prefix(3).map(\.text) }
            let own = rows.indices.filter { rows[$0][2] == "requests" }
            // Baseline and three faults.
            #expect(own.count == (isCaptured ? 4 : 0))
            for index in own {
                #expect(rows[index - 1] == [rows[index][0], rows[index][1], "probes"])
                #expect(rows[index][0] == "client → lb")
            }
            #expect(table.explanation.contains("wire to wire") == isCaptured)
        }
    }

    @Test("what the table shows of requests is what they took")
    func figures() throws {
        let sample = sample(isCaptured: true)
        let way = try #require(sample.requestWays.first { $0.from == "client" })
        let verdict = sample.verdict(of: sample.timeline)
        let own = try #require(verdict.ways?.first { $0.from == "client" && $0.phase == "slow#1" }?.requests)
        let index = try #require(sample.phases.firstIndex { $0.name == "slow" })
        let latency = try #require(way.byPhase[index].latency)
        #expect(own.count == 5000 && own.median == Double(latency.median.nanoseconds) / 1000)
        #expect(own.floor == way.floor.map { Double($0.nanoseconds) / 1000 })
        let rows = WayTable(verdict: verdict).table.rows
        let row = try #require(rows.first { $0[2].text == "requests" && $0[1].text == "slow#1" })
        #expect(row[3].text == Figures.duration(latency.median) && row[4].text == "none seen")
    }

    @Test("two captured hosts that did not probe one another have their ways all the same")
    func alone() throws {
        var sample = sample(isCaptured: true)
        let ways = sample.requestWays
        sample.pairs = [("lb", "web1")]
        let figures = WayFigures.all(of: sample.timeline, requests: ways)
        let own = figures.filter { $0.requests != nil }
        #expect(Set(own.map(\.from)) == ["client", "lb"] && own.allSatisfy { $0.sent == 0 })
        var verdict = sample.verdict(of: sample.timeline)
        verdict.ways = figures
        let rows = WayTable(verdict: verdict).table.rows.filter { $0[0].text == "client → lb" }
        #expect(rows.count == 4 && rows.allSatisfy { $0[2].text == "requests" })
    }

    @Test("the chart has a line of the requests, and says so, exactly when there are any")
    func chart() {
        for isCaptured in [true, false] {
            let html = sample(isCaptured: isCaptured).report.html
            #expect(html.matches(of: /class="line requests"/).count == (isCaptured ? 2 : 0))
            #expect(html.contains("the requests’ packets") == isCaptured)
        }
    }

    @Test("a verdict from before requests told of ways is read")
    func older() throws {
        let sample = sample(isCaptured: false)
        let verdict = sample.verdict(of: sample.timeline)
        let text = VerdictDocument(verdict: verdict).text
        #expect(!text.contains("\"requests\" :"))
        #expect(try JSONDecoder().decode(Verdict.self, from: Data(text.utf8)) == verdict)
    }
}
