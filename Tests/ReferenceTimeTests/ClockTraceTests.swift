import Measures
import ReferenceTime
import Testing

@Suite("A trace of exchanges")
struct ClockTraceTests {
    @Test("is read with or without head, remarks and granularity, and answered line by line")
    func reads() throws {
        let text = """
            t1,t2,t3,t4
            # a remark
            0, 600,700,1300

            1000000,1000600,1000700,1001300,25\r
            """
        let trace = try ClockTrace(text, file: "a.csv")
        #expect(trace.exchanges.map(\.granularity) == [1, 25])
        #expect(trace.exchanges.map(\.received) == [600, 1_000_600])
        let steps = trace.replay()
        #expect(steps.map(\.outcome) == ["began", "cut"])
        #expect(steps[0].low == -601 && steps[0].high == 602)
        #expect(steps.map(\.state) == ["sync", "sync"])
        #expect(steps.allSatisfy { $0.estimate == nil && $0.epoch == 0 })
    }

    @Test(
        "that is no trace is refused with its line and what was expected",
        arguments: [
            ("", "x.csv: no exchange"), ("t1,t2,t3,t4\n", "x.csv: no exchange"),
            ("1,2,3", "x.csv:1: 3 fields"),
            ("1,2,3,4\n1,2,3,4,5,6", "x.csv:2: 6 fields"),
            ("1,2,3,4\n\n1,2,x,4", "x.csv:3: \"x\" is no whole"),
            ("1,2,3,4.5", "x.csv:1: \"4.5\""), ("1,2,3,", "x.csv:1: \"\""),
            ("1,2,3,9223372036854775808", "x.csv:1: \"9223372036854775808\""),
            ("1,2,3,4\nt1,t2,t3,t4", "x.csv:2: \"t1\""),
        ]
    )
    func refuses(text: String, message: String) throws {
        let error = #expect(throws: ClockTraceError.self) { try ClockTrace(text, file: "x.csv") }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        #expect(error?.exitCode == .badInput)
    }

    @Test("of any bytes is read or refused, and any numbers can be replayed")
    func fuzz() {
        var random = SeededGenerator(seed: 12)
        let letters = Array("0123456789,,,,--\n\n#t \r.é")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in
                    letters.randomElement(using: &random)
                }
            )
            _ = (try? ClockTrace(text, file: "f"))?.replay()
        }
        let extremes: [Int64] = [.min, -1, 0, 1, 1 << 40, 1 << 61, .max]
        for _ in 0..<5000 {
            let lines = (0..<5).map { _ in
                (0..<5).map { _ in "\(extremes.randomElement(using: &random) ?? 0)" }.joined(separator: ",")
            }
            _ = (try? ClockTrace(lines.joined(separator: "\n"), file: "f"))?.replay(driftPPM: 100_000)
        }
    }
}
