import Measures
import Plan
import Recording
import Report
import Schedule
import Testing

@testable import Coordinator

@Suite("A run as it is drawn while it goes")
struct LiveRunTests {
    private static func run(seconds: Int) throws -> LiveRun {
        let plan = try Plan(
            yaml: """
                faultline: 1
                name: live
                load:
                  browse: { http: { url: "http://127.0.0.1:1/" }, rate: 100/s }
                targets: { availability: { objective: "99" } }
                duration: \(seconds)s
                """,
            fileName: "live.yaml"
        )
        return LiveRun(plan: plan, schedule: Schedule(plan: plan, seed: 1), version: "1")
    }

    private static func tick(_ second: Int, of seconds: Int) -> RunTick {
        RunTick(
            at: Instant(.seconds(second)),
            end: Instant(.seconds(seconds)),
            window: LiveWindow(),
            active: []
        )
    }

    private static func exchanges(of second: Int, good: Bool = true) -> [Exchange] {
        (0..<100).map { number in
            let due = Instant(.seconds(second)) + .milliseconds(10 * number)
            let done = due + .milliseconds(3)
            let outcome = Outcome.answered(status: good ? 200 : 500)
            return Exchange(intended: due, sent: due, firstByte: done, done: done, outcome: outcome)
        }
    }

    @Test("what is known a second ago is drawn, targets among it, and what comes later is not")
    func drawn() throws {
        let run = try Self.run(seconds: 60)
        #expect(run.page().html.contains("Nothing yet."))
        #expect(!run.page().html.contains("timeline-0"))
        for second in 0..<10 { run.exchanges(Self.exchanges(of: second), of: "browse", from: "x", sender: 0) }
        run.tick(Self.tick(10, of: 60))
        let page = run.page().html
        #expect(page.contains("id=\"timeline-0\""))
        #expect(page.contains("id=\"spectrum-0\""))
        #expect(page.contains("Targets so far"))
        #expect(page.contains("1 000 requests, 0 of them bad") || page.contains("1\u{202F}000 requests"))
        run.exchanges(Self.exchanges(of: 10, good: false), of: "browse", from: "x", sender: 0)
        // The same second: the drawing stays.
        #expect(run.page().html == page)
        run.tick(Self.tick(12, of: 60))
        #expect(run.page().html.contains("status 500"))
        run.finish()
        #expect(run.page().html.contains("being judged"))
    }

    @Test("lines that happen between two drawings are on the page at once")
    func lines() throws {
        let run = try Self.run(seconds: 60)
        run.tick(Self.tick(10, of: 60))
        _ = run.page()
        run.warning("a <b>word</b>")
        #expect(run.page().html.contains("warning: a &lt;b&gt;word&lt;/b&gt;"))
        for number in 0..<1_000 { run.stage("stage \(number)") }
        let page = run.page().html
        #expect(page.contains("stage 999"))
        #expect(!page.contains("stage 900"))
    }
}
