import Measures
import Testing

@testable import Plan

/// What a trace's file may look like, and what is wrong with those that are none.
@Suite struct TraceTextTests {
    private func instants(_ text: String, _ words: TraceText.Words = .init()) throws -> [Int64] {
        guard case .instants(let instants) = try TraceText(text, words).shape else { return [] }
        return instants
    }

    private func problem(_ text: String, _ words: TraceText.Words = .init()) -> String {
        do {
            _ = try TraceText(text, words)
            return ""
        } catch {
            return "\(error.line.map { "\($0): " } ?? "")\(error.words)"
        }
    }

    @Test(
        "an instant is the same however it is written",
        arguments: [
            ("seconds from the start", "0.5\n1\n2.25\n"),
            (
                "a header, a remark, empty lines, CRLF, a byte order mark",
                "\u{FEFF}offset\r\n# from prod\r\n\r\n0.5\r\n1.0\r\n 2.25 \r\n"
            ),
            ("no end of the last line, any order", "2.25\n0.5\n1"),
            ("durations", "500ms\n1s\n2250000us"),
            (
                "with exponents, as numpy writes them",
                "5.000000000000000000e-01\n1.000000000000000000e+00\n2.25e0"
            ),
            ("quotation marks and other columns", "\"id\",\"time\"\n\"a,b\",\"0.5\"\nx,1\ny,2.25\n"),
            ("semicolons", "time;status\n0.5;200\n1;200\n2.25;500\n"),
            ("tabs, the first column", "when\tstatus\n0.5\t200\n1\t200\n2.25\t500\n"),
        ]
    )
    func offsets(_ form: String, _ text: String) throws {
        #expect(try instants(text) == [500_000_000, 1_000_000_000, 2_250_000_000], "\(form)")
    }

    @Test(
        "of stamps the earliest is the start",
        arguments: [
            ("seconds", "1700000000.5\n1700000001\n1700000002.25"),
            ("milliseconds", "1700000000500\n1700000001000\n1700000002250"),
            ("microseconds", "1700000000500000\n1700000001000000\n1700000002250000"),
            ("nanoseconds", "1700000000500000000\n1700000001000000000\n1700000002250000000"),
            ("dates", "2026-11-23T10:15:04.5Z\n2026-11-23T11:15:05+01:00\n2026-11-23 10:15:06.250"),
            (
                "over a leap day and a leap second",
                "2016-12-31T23:59:59.5Z\n2016-12-31T23:59:60Z\n2017-01-01T00:00:01.25Z"
            ),
        ]
    )
    func stamps(_ form: String, _ text: String) throws {
        #expect(try instants(text) == [0, 500_000_000, 1_750_000_000], "\(form)")
    }

    @Test("dates are counted as the calendar does")
    func calendar() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600),
            ("2000-03-01T00:00:00Z", 951_868_800), ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("2026-11-23T10:15:04+05:30", 1_795_409_104),
        ] as [(Substring, Int64)] {
            #expect(TraceStamp(text) == .date(seconds * 1_000_000_000), "\(text)")
        }
        for text in [
            "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z",
            "0001-01-01T00:00:00Z", "2026-01-01T00:00:00+25:00", "2026-01-01T00:00:00.Z", "2026-01-01",
        ] as [Substring] { #expect(TraceStamp(text) == nil, "\(text)") }
    }

    @Test("a unit is taken at its word")
    func units() throws {
        #expect(try instants("0\n10\n25", .init(unit: 1_000_000)) == [0, 10_000_000, 25_000_000])
        #expect(try instants("1700000000500\n1700000001000", .init(unit: 1_000_000)) == [0, 500_000_000])
    }

    @Test(
        "a table of counts has the closest rows' distance for an interval, and gaps are empty",
        arguments: [
            ("seconds", "second,count\n0,10\n1,5\n4,2.5\n", Int64(0), Int64(1_000_000_000)),
            ("in any order, some twice", "n,time\n2.5,4\n4,0\n6,0\n5,1\n", 0, 1_000_000_000),
            (
                "stamps of minutes",
                "Time,Requests\n2026-01-01T00:00:00Z,10\n2026-01-01T00:01:00Z,5\n2026-01-01T00:04:00Z,2.5", 0,
                60_000_000_000
            ),
            ("a later start", "at,hits\n3,10\n4,5\n7,2.5", 3_000_000_000, 1_000_000_000),
        ]
    )
    func counts(_ form: String, _ text: String, _ start: Int64, _ every: Int64) throws {
        let counts = TraceCounts(
            start: start,
            every: Duration(nanoseconds: every),
            counts: [10, 5, 0, 0, 2.5]
        )
        #expect(try TraceText(text, .init()).shape == .counts(counts), "\(form)")
    }

    @Test("columns are found by the names that are asked for")
    func columns() throws {
        let own = "load,second,due,good,ended\nmain,0,10,9,8\nmain,1,20,19,18\n"
        let due = TraceCounts(every: .seconds(1), counts: [10, 20])
        #expect(try TraceText(own, .init()).shape == .counts(due))
        let good = TraceText.Words(columns: .init(time: nil, count: "good"))
        #expect(try TraceText(own, good).shape == .counts(TraceCounts(every: .seconds(1), counts: [9, 19])))
        #expect(problem(own, .init(columns: .init(time: "x"))).hasPrefix("1: no column 'x'; the header has"))
    }

    @Test(
        "what is wrong is said with its line and what was expected",
        arguments: [
            ("", "it holds no arrivals; expected one instant a line"),
            ("# nothing\n\n", "it holds no arrivals; expected one instant a line"),
            (
                "1\nx\n",
                "2: 'x'; expected seconds such as 12.5, a duration such as 200ms, or a stamp such as 2026-11-23T10:15:04Z"
            ),
            (
                "1\n-1\n",
                "2: '-1'; expected seconds such as 12.5, a duration such as 200ms, or a stamp such as 2026-11-23T10:15:04Z"
            ),
            (
                "1\n2s\n",
                "2: '2s' is written in another way than the lines before; expected one way in a file"
            ),
            (
                "0,10\n1,20\n",
                "1: 2 columns and no header; expected one instant a line, or a header such as time,count"
            ),
            ("time,count\n0,10\n1\n", "3: 1 field; expected as many as the header has"),
            ("time,count\n0,ten\n", "2: the count is 'ten'; expected a number such as 12"),
            ("time,count\n0,-1\n", "2: the count is '-1'; expected a number such as 12"),
            (
                "time,count\n0,1\n1,1\n2.5,1\n",
                "4: '2.5' is no whole number of intervals of 1s after the first; expected even rows, or every: 1s"
            ),
            ("count\n1\n", "1: a column of counts alone; expected one of times beside it"),
            ("time,count\n0,1\n0.001,1\n300,1\n", "300001 intervals of 1ms; expected at most 100000"),
            ("0\n99999999\n", "2: more than 366 days after the trace's start; expected less"),
            ("1700000000000\n1700000000\n", "1: more than 366 days after the trace's start; expected less"),
        ]
    )
    func refusals(_ text: String, _ expected: String) {
        #expect(problem(text) == expected)
    }

    @Test("a million arrivals are a trace, one more is refused")
    func bounds() throws {
        let text = (0..<1_000_001).map { "\($0)us\n" }
        #expect(try instants(text.dropLast().joined()).last == 999_999_000)
        #expect(problem(text.joined()).hasPrefix("1000001: more than 1000000 arrivals; expected fewer"))
    }

    @Test("whatever stands in the file, it is a trace within its bounds or an error")
    func fuzz() {
        var generator = SeededGenerator(seed: 9, stream: "trace")
        let pieces = [
            "0", "1", "9", "99999999999999999999", ".", "-", "e", "E+9", ",", ";", "\t", "\n", "\r\n", "\"",
            "#", " ",
            "time", "count", "2026-11-23T10:15:04Z", "1970-01-01 00:00:00", "+01:00", "1700000000", "ms", "h",
            "µs",
            "\u{FEFF}", "é", "\0",
        ]
        var taken = 0
        for _ in 0..<60_000 {
            let text = (0..<Int.random(in: 0...14, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            guard let trace = try? TraceText(text, .init()) else { continue }
            taken += 1
            switch trace.shape {
            case .instants(let instants):
                #expect(!instants.isEmpty && instants == instants.sorted() && (instants.first ?? -1) >= 0)
                #expect((instants.last ?? 0) <= ArrivalTrace.longest.nanoseconds)
            case .counts(let counts): #expect(counts.counts.allSatisfy { $0 >= 0 } && counts.every > .zero)
            }
        }
        #expect(taken > 500)
    }
}
