import Measures
import Testing

@testable import Plan

/// `rate: { trace: … }`.
@Suite struct TraceReadingTests {
    private func plan(_ rate: String, files: [String: String] = [:]) throws(PlanError) -> Plan {
        let outside = OutsideFiles { name in files[name].map { Array($0.utf8) } }
        let yaml = BadFile.base.replacing("rate: 500/s", with: "rate: { trace: \(rate) }")
        return try Plan(yaml: yaml, fileName: "web.yaml", outside: outside)
    }

    private func messages(_ rate: String, files: [String: String] = [:]) -> [String] {
        do {
            _ = try plan(rate, files: files)
            return []
        } catch { return error.diagnostics.map(\.headline) }
    }

    private static let files = [
        "a.csv": "0.25\n0.5\n1.000000001\n", "c.csv": "second,count\n0,10\n1,0\n2,7.25\n",
        "ms.csv": "10\n20\n",
    ]
    private static let instants = ArrivalTrace.Shape.instants([250_000_000, 500_000_000, 1_000_000_001])
    private static let counts = ArrivalTrace.Shape.counts(
        TraceCounts(every: .seconds(1), counts: [10, 0, 7.25])
    )

    @Test(
        "a trace comes from a file or is written out, and travels with the load",
        arguments: [
            ("a.csv", ArrivalTrace(shape: instants)),
            (
                "{ file: a.csv, speed: 2 }",
                ArrivalTrace(shape: instants, speed: ReplaySpeed(thousandths: 2000))
            ),
            (
                "{ file: a.csv, speed: 0.125, repeat: 10s }",
                ArrivalTrace(shape: instants, speed: ReplaySpeed(thousandths: 125), period: .seconds(10))
            ),
            (
                "{ file: a.csv, repeat: true }",
                ArrivalTrace(shape: instants, period: .nanoseconds(1_375_000_001))
            ),
            ("{ file: a.csv, repeat: false }", ArrivalTrace(shape: instants)),
            ("c.csv", ArrivalTrace(shape: counts)),
            ("{ file: c.csv, repeat: true }", ArrivalTrace(shape: counts, period: .seconds(3))),
            ("{ every: 1s, counts: [10, 0, 7.25] }", ArrivalTrace(shape: counts)),
            ("{ every: 1s, counts: '10 0 7.25' }", ArrivalTrace(shape: counts)),
            ("{ file: ms.csv, unit: ms }", ArrivalTrace(shape: .instants([10_000_000, 20_000_000]))),
            (
                "{ every: 5s, start: 2s, counts: [1] }",
                ArrivalTrace(
                    shape: .counts(TraceCounts(start: 2_000_000_000, every: .seconds(5), counts: [1]))
                )
            ),
        ]
    )
    func travels(_ rate: String, _ expected: ArrivalTrace) throws {
        let plan = try plan(rate, files: Self.files)
        #expect(plan.loads[0].arrivals == .trace(expected))
        // Nothing lies beside an agent.
        let sent = try Plan(yaml: plan.loads[0].fileText, fileName: "load.yaml", subject: .load)
        #expect(sent.loads[0].arrivals == .trace(expected))
        let again = try Plan(yaml: plan.canonicalText, fileName: "f.yaml")
        #expect(again.digest == plan.digest && again.loads == plan.loads)
    }

    @Test("another trace under the same name is another plan")
    func digest() throws {
        let other = ["a.csv": "0.25\n0.5\n1.000000002\n"]
        #expect(try plan("a.csv", files: Self.files).digest != plan("a.csv", files: other).digest)
    }

    @Test(
        "what is no trace is refused with the place of its name",
        arguments: [
            ("none.csv", "12:20: error: 'none.csv' cannot be read; expected a file beside this one"),
            (
                "bad.csv",
                "12:20: error: 'bad.csv', line 2: 'x'; expected seconds such as 12.5, a duration such as 200ms, or a stamp such as 2026-11-23T10:15:04Z"
            ),
            (
                "{ speed: 2 }",
                "12:20: error: trace names no arrivals, or two; expected a file such as arrivals.csv, or { file: arrivals.csv, speed: 2 }"
            ),
            (
                "{ file: a.csv, speed: 0 }",
                "12:42: error: speed is '0'; expected a number from 0.001 to 1000 with at most 3 decimals: 2 is twice as fast"
            ),
            ("{ file: a.csv, repeat: 1s }", "12:43: error: repeat is '1s'; expected 1000000001ns to 8784h"),
            (
                "{ file: one.csv, repeat: true }",
                "12:45: error: all arrivals are at once; expected how long the trace is, such as repeat: 60s"
            ),
            (
                "{ file: a.csv, every: 1s }",
                "12:28: error: 'a.csv': every is of counts, and there is no column of them; expected time,count"
            ),
            ("{ counts: [1] }", "12:20: error: trace has no key 'every'; expected for example every: 1s"),
            (
                "{ counts: [1, x], every: 1s }",
                "12:30: error: 'x' is no count; expected numbers such as [10, 0, 25]"
            ),
            (
                "{ counts: [0], every: 1s }",
                "12:20: error: the trace has no arrivals, or more than 366 days of them"
            ),
            (
                "{ counts: [300000], every: 1s }",
                "12:20: error: more than 200000/s; expected fewer, or a lower speed"
            ),
            (
                "{ counts: [1000], every: 1s, speed: 500 }",
                "12:20: error: more than 200000/s; expected fewer, or a lower speed"
            ),
            (
                "{ file: a.csv, speed: 1000, repeat: true, colum: x }",
                "12:62: error: unknown key 'colum' in trace; expected file, counts, packed, unit, column, count, every, start, speed, repeat. Did you mean 'column'?"
            ),
            (
                "{ packed: 'AAAA=' }",
                "12:30: error: packed is no trace as Faultline packs it; expected file: arrivals.csv"
            ),
        ]
    )
    func refusals(_ rate: String, _ expected: String) {
        var files = Self.files
        files["bad.csv"] = "1\nx\n"
        files["one.csv"] = "0\n0\n"
        #expect(messages(rate, files: files) == ["web.yaml:" + expected])
    }

    @Test("instants are packed without loss, and in few bytes")
    func packing() throws {
        var generator = SeededGenerator(seed: 3, stream: "packing")
        for unit in [1, 1_000, 1_000_000, 1_000_000_000] as [Int64] {
            var last: Int64 = 0
            let instants = (0..<2_000).map { _ -> Int64 in
                last += Int64.random(in: 0...3, using: &generator) * unit
                return last
            }
            let text = PackedInstants(instants).text
            #expect(try PackedInstants(text: text).instants == instants)
            #expect(text.utf8.count < 2_000 * 4 / 3 + 8, "a byte an arrival, in its own unit")
        }
        let far = [0, 1, ArrivalTrace.longest.nanoseconds]
        #expect(try PackedInstants(text: PackedInstants(far).text).instants == far)
    }

    @Test("whatever comes packed is a trace or an error")
    func fuzz() {
        var generator = SeededGenerator(seed: 4, stream: "packed")
        let valid = Array(PackedInstants([0, 5, 1_000, 70_000_000_000]).text.utf8)
        var refused = 0
        for _ in 0..<50_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0x2b...0x7a,
                    using: &generator
                )
            }
            if Bool.random(using: &generator) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            if let packed = try? PackedInstants(text: String(decoding: bytes, as: UTF8.self)) {
                #expect(packed.instants == packed.instants.sorted() && !packed.instants.isEmpty)
            } else {
                refused += 1
            }
        }
        #expect(refused > 1_000)
        // As long as it goes on, and longer than any number.
        #expect((try? PackedInstants(text: Base64.encode([0] + [UInt8](repeating: 0xff, count: 300)))) == nil)
    }

    @Test("the words of a command line name a trace")
    func words() throws {
        var words = LoadWords()
        words.url = "http://x/"
        words.trace = "a.csv"
        words.speed = "2"
        words.repeats = true
        let outside = OutsideFiles { _ in Array("1\n2\n".utf8) }
        let load = try Plan(yaml: words.yaml, fileName: "words", outside: outside).loads[0]
        let expected = ArrivalTrace(
            shape: .instants([1_000_000_000, 2_000_000_000]),
            speed: ReplaySpeed(thousandths: 2000),
            period: .seconds(3)
        )
        #expect(load.arrivals == .trace(expected))
    }

    @Test("a trace that is shorter or longer than the run says so")
    func misfits() {
        let trace = ArrivalTrace(shape: .instants([0, 1_000_000_000, 2_000_000_000, 3_000_000_000]))
        #expect(trace.misfit(of: .seconds(4)) == nil && trace.misfit(of: .milliseconds(3001)) == nil)
        #expect(
            trace.misfit(of: .seconds(10))
                == "the trace ends after 3.00 s, 7.00 s before the run does; nothing is due then (repeat: true begins it again)"
        )
        #expect(
            trace.misfit(of: .seconds(2))
                == "the trace is longer than the run: 2 of its 4 arrivals are never due"
        )
        #expect(ArrivalTrace(shape: trace.shape, period: .seconds(4)).misfit(of: .seconds(10)) == nil)
    }
}
